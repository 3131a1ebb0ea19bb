/** An environment of the extension's own, for a Python in which the libraries it brings do not load. */

import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type * as vscode from 'vscode';
import { Probe } from './locating';

const DONE = '.ready';
/** A file that says that an environment was made in full. */

/** The Python of the environment made for another one, if there is one in full. */
export function prepared(context: vscode.ExtensionContext, python: Probe): string | undefined {
  const folder = folderOf(context, python);
  return fs.existsSync(path.join(folder, DONE)) ? pythonIn(folder) : undefined;
}

/** Makes it: the only time that anything is fetched, and only when the user said so. Fails with what pip said. */
export async function prepare(
  context: vscode.ExtensionContext,
  python: Probe,
  requirements: string,
  log: (line: string) => void,
): Promise<void> {
  const folder = folderOf(context, python);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  await run(python.executable, ['-I', '-m', 'venv', folder], log);
  const fetch = ['-I', '-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:', '-r', requirements];
  await run(pythonIn(folder), fetch, log);
  fs.writeFileSync(path.join(folder, DONE), '');
}

/** One for each version of Python and of the extension: an update never mixes libraries. */
function folderOf(context: vscode.ExtensionContext, python: Probe): string {
  const version = String((context.extension.packageJSON as { version: string }).version);
  return path.join(context.globalStorageUri.fsPath, `python-${python.version}-${version}`);
}

function pythonIn(folder: string): string {
  return process.platform === 'win32' ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python');
}

function run(command: string, args: string[], log: (line: string) => void): Promise<void> {
  log(`> ${[command, ...args].join(' ')}`);
  return new Promise((resolve, reject) => {
    const options = { cwd: path.dirname(command), windowsHide: true, maxBuffer: 16 * 1024 * 1024 };
    execFile(command, args, options, (error, out, complaints) => {
      const lines = `${out}\n${complaints}`.split('\n').filter((line) => line.trim());
      lines.forEach(log);
      if (error) {
        reject(new Error(reasonIn(lines) ?? error.message));
      } else {
        resolve();
      }
    });
  });
}

/** The line that says most: Debian's Python tells in the middle which package its `venv` takes, else the last. */
function reasonIn(lines: string[]): string | undefined {
  const command = lines.map((line) => line.trim()).find((line) => /^apt(-get)? install /.test(line));
  return command ? `first run \`${command}\`` : lines.at(-1);
}
