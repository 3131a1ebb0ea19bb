/** Where the server is: a choice among what is there, in a fixed order. What is there is asked of `Surroundings`. */

import * as path from 'node:path';

/** What one Python says of itself; see `bundled/probe.py`. */
export interface Probe {
  executable: string;
  version: string;
  newEnough: boolean;
  /** Whether the server is installed in it. */
  installed: boolean;
  /** Why the libraries that the extension brings do not load in it; empty where they do. */
  misfit: string;
}

/** Everything that the choice rests on. */
export interface Surroundings {
  trusted: boolean;
  /** The folders of the workspace. */
  folders: readonly string[];
  /** The settings `specthis.path` and `specthis.interpreter`. */
  path: string;
  interpreter: string;
  /** The Python selected in another extension, if there is one. */
  selected(): Promise<string | undefined>;
  isFile(path: string): boolean;
  /** The absolute path of a program on the PATH. */
  onPath(name: string): string | undefined;
  /** Whether a server's program runs: pyenv leaves programs on the PATH that only say where they would be. */
  runs(program: string): Promise<boolean>;
  /** What a Python says of itself; nothing where it does not run. */
  probe(python: string): Promise<Probe | undefined>;
  /** Where the extension keeps the server's packages, and their libraries. */
  bundled: { start: string; server: string; libraries: string };
  /** The Python of the environment made for a Python in which the bundled libraries do not load, if it was made. */
  prepared(python: Probe): string | undefined;
  windows: boolean;
}

export interface Found {
  command: string;
  args: string[];
  /** How it was found, for people. */
  origin: string;
  /** Whether it runs in the Python selected elsewhere, so that another selection concerns it. */
  follows: boolean;
}

/** There is no server yet, and why. */
export type Missing =
  | { why: 'path'; path: string }
  | { why: 'interpreter'; path: string; version: string }
  | { why: 'python'; tried: readonly string[] }
  | { why: 'libraries'; python: Probe };

export type Located = { found: Found } | { missing: Missing };

const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

export async function locate(around: Surroundings): Promise<Located> {
  if (around.trusted && around.path) {
    return named(around);
  }
  const tried = new Map<string, Probe | undefined>();
  const probe = async (python: string): Promise<Probe | undefined> => {
    if (!tried.has(python)) {
      tried.set(python, await around.probe(python));
    }
    return tried.get(python);
  };
  if (around.trusted && around.interpreter) {
    return byInterpreter(around, await probe(absolute(around, around.interpreter)));
  }
  const selected = around.trusted ? await around.selected() : undefined;
  const own = around.trusted ? [selected, ...environments(around)].filter((one) => one !== undefined) : [];
  for (const python of own) {
    const said = await probe(python);
    if (said?.installed) {
      return { found: installed(said, python === selected) };
    }
  }
  const command = around.trusted ? around.onPath('specthis-lsp') : undefined;
  if (command && (await around.runs(command))) {
    return { found: { command, args: ['--stdio'], origin: 'on the PATH', follows: false } };
  }
  return bundled(around, [...own, ...programs(around)], probe);
}

/** The program that the settings name. */
function named(around: Surroundings): Located {
  const command = absolute(around, around.path);
  if (!around.isFile(command)) {
    return { missing: { why: 'path', path: command } };
  }
  return { found: { command, args: ['--stdio'], origin: 'specthis.path', follows: false } };
}

/** The Python that the settings name, and no other. */
function byInterpreter(around: Surroundings, said: Probe | undefined): Located {
  if (!said?.newEnough) {
    return { missing: { why: 'interpreter', path: around.interpreter, version: said?.version ?? '' } };
  }
  return said.installed ? { found: installed(said, false) } : withLibraries(around, said);
}

/** The server that the extension brings, in the first Python that its libraries load in; else in one made for it. */
async function bundled(
  around: Surroundings,
  pythons: readonly string[],
  probe: (python: string) => Promise<Probe | undefined>,
): Promise<Located> {
  let able: Probe | undefined;
  for (const python of pythons) {
    const said = await probe(python);
    if (said?.newEnough && !said.misfit) {
      return withLibraries(around, said);
    }
    able ??= said?.newEnough ? said : undefined;
  }
  return able ? withLibraries(around, able) : { missing: { why: 'python', tried: pythons } };
}

function withLibraries(around: Surroundings, python: Probe): Located {
  const { start, server, libraries } = around.bundled;
  if (!python.misfit) {
    const folders = [server, libraries].join(around.windows ? ';' : ':');
    const origin = `the extension's own, in Python ${python.version}`;
    return { found: { command: python.executable, args: ['-I', start, folders, '--stdio'], origin, follows: false } };
  }
  const prepared = around.prepared(python);
  if (!prepared) {
    return { missing: { why: 'libraries', python } };
  }
  const origin = `the extension's own, in an environment for Python ${python.version}`;
  return { found: { command: prepared, args: ['-I', start, server, '--stdio'], origin, follows: false } };
}

/** An installed server is started so that no file of the folder it is started in is imported. */
function installed(python: Probe, follows: boolean): Found {
  const args = ['-P', '-m', 'specthis_lsp', '--stdio'];
  return { command: python.executable, args, origin: `installed in ${python.executable}`, follows };
}

function environments(around: Surroundings): string[] {
  const python = around.windows ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return around.folders.map((folder) => path.join(folder, '.venv', ...python)).filter(around.isFile);
}

/** The Pythons on the PATH, less those that lie in the workspace while it is not trusted. */
function programs(around: Surroundings): string[] {
  const found = NAMES.map(around.onPath).filter((one) => one !== undefined);
  const allowed = found.filter((one) => around.trusted || !around.folders.some((folder) => isBelow(folder, one)));
  return [...new Set(allowed)];
}

function isBelow(folder: string, file: string): boolean {
  const way = path.relative(folder, file);
  return !way.startsWith('..') && !path.isAbsolute(way);
}

/** A path that the settings give; `~` is the user's folder, and what is not absolute counts from the first folder. */
function absolute(around: Surroundings, written: string): string {
  if (written === '~' || written.startsWith('~/')) {
    return path.join(process.env['HOME'] ?? process.env['USERPROFILE'] ?? '', written.slice(1));
  }
  return path.resolve(around.folders[0] ?? '', written);
}
