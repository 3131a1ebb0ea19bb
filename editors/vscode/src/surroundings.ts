/** The machine and the editor, as far as the choice of a server asks. */

import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Probe, Surroundings } from './locating';
import { prepared } from './preparing';

const PATIENCE = 10_000;
/** Milliseconds after which a Python that says nothing counts as none. */

export const WINDOWS = process.platform === 'win32';

/** What the extension brings; see `package.py`. */
export class Bundle {
  readonly start: string;
  readonly server: string;
  readonly libraries: string;
  readonly requirements: string;
  readonly probe: string;

  constructor(context: vscode.ExtensionContext) {
    const file = (name: string): string => context.asAbsolutePath(path.join('bundled', name));
    this.start = file('start.py');
    this.probe = file('probe.py');
    this.server = file('server');
    this.libraries = file('libraries');
    this.requirements = file('requirements.txt');
  }
}

export function around(context: vscode.ExtensionContext, bundle: Bundle): Surroundings {
  const settings = vscode.workspace.getConfiguration('specthis');
  return {
    trusted: vscode.workspace.isTrusted,
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    path: settings.get('path', '').trim(),
    interpreter: settings.get('interpreter', '').trim(),
    selected,
    isFile,
    onPath,
    runs: (program) => runs(program, bundle),
    probe: (python) => probed(python, bundle),
    bundled: bundle,
    prepared: (python) => prepared(context, python),
    windows: WINDOWS,
  };
}

/** The part of the Python extension's interface that we use. */
interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(given: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  try {
    return await extension?.activate();
  } catch {
    return undefined; // Broken, it is as good as not there.
  }
}

async function selected(): Promise<string | undefined> {
  const environments = (await pythonExtension())?.environments;
  const given = environments?.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
  const environment = given && (await environments?.resolveEnvironment(given));
  return environment?.executable.uri?.fsPath;
}

/** Calls back whenever another Python is selected in the Python extension. */
export async function onSelection(act: () => void): Promise<vscode.Disposable | undefined> {
  return (await pythonExtension())?.environments?.onDidChangeActiveEnvironmentPath(act);
}

function isFile(file: string): boolean {
  try {
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function onPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? process.env['Path'] ?? '').split(path.delimiter);
  const suffixes = WINDOWS ? ['.exe'] : [''];
  const files = folders.filter(path.isAbsolute).flatMap((folder) => suffixes.map((one) => path.join(folder, name + one)));
  return files.find(isFile);
}

function runs(program: string, bundle: Bundle): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], away(bundle), (error) => resolve(!error));
  });
}

/** Runs a short program of ours in a Python. It is started away from the workspace, and isolated from its files. */
function probed(python: string, bundle: Bundle): Promise<Probe | undefined> {
  return new Promise((resolve) => {
    execFile(python, ['-I', bundle.probe, bundle.libraries], away(bundle), (error, out) => {
      try {
        resolve(error ? undefined : (JSON.parse(out) as Probe));
      } catch {
        resolve(undefined);
      }
    });
  });
}

/** How a program is run that is only asked something. */
const away = (bundle: Bundle) => ({ timeout: PATIENCE, cwd: path.dirname(bundle.probe), windowsHide: true });
