/** The environment that is made where the libraries of the extension do not load: here from wheels, without a network. */

import assert from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import type * as vscode from 'vscode';
import type { Probe } from '../../../../editors/vscode/src/locating';
import { prepare, prepared } from '../../../../editors/vscode/src/preparing';

const BUILD = path.resolve('build/vscode');
const BUNDLED = path.join(BUILD, 'extension/bundled');
const UTF8 = { encoding: 'utf8' } as const;
const PYTHON = process.env['PYTHON'] ?? 'python3';

function storage(): vscode.ExtensionContext {
  const fsPath = fs.mkdtempSync(path.join(os.tmpdir(), 'specthis-storage-'));
  return { globalStorageUri: { fsPath }, extension: { packageJSON: { version: '0.1.0' } } } as vscode.ExtensionContext;
}

function probe(libraries: string): Probe {
  return JSON.parse(execFileSync(PYTHON, ['-I', path.join(BUNDLED, 'probe.py'), libraries], { encoding: 'utf8' })) as Probe;
}

test('the libraries of the extension load in the Python at hand, and others do not', () => {
  assert.equal(probe(path.join(BUNDLED, 'libraries')).misfit, '');
  const broken = fs.mkdtempSync(path.join(os.tmpdir(), 'specthis-broken-'));
  fs.writeFileSync(path.join(broken, 'msgspec.py'), 'raise ImportError("of another Python")');
  assert.equal(probe(broken).misfit, 'msgspec: of another Python');
  fs.rmSync(broken, { recursive: true });
});

/** The Pythons of other versions that run here. */
const OTHERS = ['python3.11', 'python3.12', 'python3.13', 'python3.14'].filter(
  (name) => spawnSync(name, ['-c', 'import venv']).status === 0, // pyenv has programs that only say where they would be
);

for (const name of [PYTHON, ...OTHERS]) {
  test(`in a ${path.basename(name)} without any package the server runs with what the extension brings`, () => runsIn(name));
}

function runsIn(name: string): void {
  const bare = fs.mkdtempSync(path.join(os.tmpdir(), 'specthis-bare-'));
  execFileSync(name, ['-m', 'venv', '--without-pip', bare]);
  const python = path.join(bare, 'bin', 'python');
  assert.equal(execFileSync(python, ['-c', 'import importlib.util as u; print(u.find_spec("msgspec"))'], UTF8).trim(), 'None');
  const folders = [path.join(BUNDLED, 'server'), path.join(BUNDLED, 'libraries')].join(path.delimiter);
  const start = ['-I', path.join(BUNDLED, 'start.py'), folders];
  assert.match(execFileSync(python, [...start, '--check', '--no-cache', 'docs/examples/grokking'], UTF8), /clean/);
  const imports = 'import specthis_lsp.server.main, specthis_lsp.server.features, watchfiles, jsonschema_rs';
  execFileSync(python, ['-I', '-c', `import sys; sys.path[:0] = sys.argv[1].split(":"); ${imports}`, folders]);
  fs.rmSync(bare, { recursive: true });
}

test('an environment made for a Python runs the server that the extension brings', async () => {
  const context = storage();
  const python = probe(path.join(BUNDLED, 'libraries'));
  assert.equal(prepared(context, python), undefined);
  process.env['PIP_NO_INDEX'] = '1';
  process.env['PIP_FIND_LINKS'] = path.join(BUILD, 'wheels');
  await prepare(context, python, path.join(BUNDLED, 'requirements.txt'), () => {});
  const made = prepared(context, python);
  assert(made);
  const start = ['-I', path.join(BUNDLED, 'start.py'), path.join(BUNDLED, 'server')];
  assert.match(execFileSync(made, [...start, '--version'], { encoding: 'utf8' }), /^specthis-lsp \d/);
  const study = path.resolve('docs/examples/grokking');
  assert.match(execFileSync(made, [...start, '--check', '--no-cache', study], { encoding: 'utf8' }), /clean/);
  fs.rmSync(context.globalStorageUri.fsPath, { recursive: true });
});

test('an environment that could not be made in full is none, and pip’s last words are told', async () => {
  const context = storage();
  const python = probe(path.join(BUNDLED, 'libraries'));
  const requirements = path.join(context.globalStorageUri.fsPath, 'requirements.txt');
  fs.writeFileSync(requirements, 'no-such-library-of-ours==1\n');
  process.env['PIP_NO_INDEX'] = '1';
  await assert.rejects(prepare(context, python, requirements, () => {}), /no-such-library-of-ours/);
  assert.equal(prepared(context, python), undefined);
  fs.rmSync(context.globalStorageUri.fsPath, { recursive: true });
});

test('where Debian has split `venv` off, the command that installs it is told', async () => {
  const context = storage();
  const python = path.join(context.globalStorageUri.fsPath, 'python3');
  const words = ['ensurepip is not available.', '', '    apt install python3.13-venv', '', 'Failing command: x'].join('\\n');
  fs.writeFileSync(python, `#!/bin/sh\nprintf '${words}\\n'; exit 1\n`, { mode: 0o755 });
  const split = { ...probe(path.join(BUNDLED, 'libraries')), executable: python };
  await assert.rejects(prepare(context, split, 'requirements.txt', () => {}), /^Error: first run `apt install python3.13-venv`$/);
  fs.rmSync(context.globalStorageUri.fsPath, { recursive: true });
});
