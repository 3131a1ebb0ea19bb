/** Which server is taken, of all that a machine may have: from the most common to the rarest. */

import assert from 'node:assert';
import test from 'node:test';
import { Found, Located, Missing, Probe, Surroundings, locate } from '../../../../editors/vscode/src/locating';

const BUNDLED = { start: '/ext/start.py', server: '/ext/server', libraries: '/ext/libraries' };

/** A machine: its Pythons by their paths, and programs on the PATH by their names. */
interface Machine extends Partial<Surroundings> {
  pythons?: Record<string, Partial<Probe>>;
  programs?: Record<string, string>;
  files?: string[];
}

function on(machine: Machine): Promise<Located> {
  const { pythons = {}, programs = {}, files = [], ...given } = machine;
  return locate({
    trusted: true,
    folders: ['/study'],
    path: '',
    interpreter: '',
    selected: async () => undefined,
    isFile: (path) => path in pythons || files.includes(path),
    onPath: (name) => programs[name],
    runs: async () => true,
    probe: async (python) => {
      const known = pythons[python];
      return known && { executable: python, version: '3.12.1', newEnough: true, installed: false, misfit: '', ...known };
    },
    bundled: BUNDLED,
    prepared: () => undefined,
    windows: false,
    ...given,
  });
}

async function found(machine: Machine): Promise<Found> {
  const located = await on(machine);
  assert('found' in located, JSON.stringify(located));
  return located.found;
}

async function missing(machine: Machine): Promise<Missing> {
  const located = await on(machine);
  assert('missing' in located, JSON.stringify(located));
  return located.missing;
}

const OWN = ['-I', '/ext/start.py', '/ext/server:/ext/libraries', '--stdio'];
const PYTHON = { programs: { python3: '/usr/bin/python3' }, pythons: { '/usr/bin/python3': {} } };

test('with nothing installed, the bundled server runs in a Python on the PATH', async () => {
  const { command, args } = await found(PYTHON);
  assert.deepEqual([command, args], ['/usr/bin/python3', OWN]);
});

test('the server of the workspace’s .venv goes before the bundled one', async () => {
  const { command, args, follows } = await found({
    programs: { python3: '/usr/bin/python3' },
    pythons: { '/usr/bin/python3': {}, '/study/.venv/bin/python': { installed: true } },
  });
  assert.equal(command, '/study/.venv/bin/python');
  assert.deepEqual(args, ['-P', '-m', 'specthis_lsp', '--stdio']);
  assert.equal(follows, false);
});

test('the selected interpreter goes before .venv, and another selection concerns it', async () => {
  const both = { '/conda/python': { installed: true }, '/study/.venv/bin/python': { installed: true } };
  const { command, follows } = await found({ selected: async () => '/conda/python', pythons: both });
  assert.deepEqual([command, follows], ['/conda/python', true]);
});

test('a program on the PATH goes before the bundled server, but not before one installed in .venv', async () => {
  const programs = { 'specthis-lsp': '/usr/local/bin/specthis-lsp', ...PYTHON.programs };
  assert.equal((await found({ ...PYTHON, programs })).command, '/usr/local/bin/specthis-lsp');
  const pythons = { ...PYTHON.pythons, '/study/.venv/bin/python': { installed: true } };
  assert.equal((await found({ programs, pythons })).command, '/study/.venv/bin/python');
});

test('a program on the PATH that does not run is passed over', async () => {
  const programs = { 'specthis-lsp': '/shims/specthis-lsp', ...PYTHON.programs };
  const { command } = await found({ ...PYTHON, programs, runs: async (program) => program !== '/shims/specthis-lsp' });
  assert.equal(command, '/usr/bin/python3');
});

test('the bundled server takes the .venv’s Python before those on the PATH', async () => {
  const pythons = { ...PYTHON.pythons, '/study/.venv/bin/python': {} };
  assert.equal((await found({ ...PYTHON, pythons })).command, '/study/.venv/bin/python');
});

test('a Python that is too old, or does not run, is passed over', async () => {
  const programs = { python3: '/usr/bin/python3', 'python3.12': '/opt/broken', 'python3.11': '/usr/bin/python3.11' };
  const pythons = { '/usr/bin/python3': { newEnough: false, version: '3.9.2' }, '/usr/bin/python3.11': {} };
  assert.equal((await found({ programs, pythons })).command, '/usr/bin/python3.11');
});

test('the setting specthis.path is taken, and no other looked for', async () => {
  const files = ['/opt/specthis-lsp', '/study/tools/specthis-lsp'];
  assert.equal((await found({ ...PYTHON, path: '/opt/specthis-lsp', files })).command, '/opt/specthis-lsp');
  assert.equal((await found({ ...PYTHON, path: 'tools/specthis-lsp', files })).command, '/study/tools/specthis-lsp');
  assert.deepEqual(await missing({ ...PYTHON, path: '/gone' }), { why: 'path', path: '/gone' });
});

test('the setting specthis.interpreter is taken, with its own server or the bundled one', async () => {
  const interpreter = '/opt/python';
  assert.deepEqual((await found({ interpreter, pythons: { [interpreter]: {} } })).args, OWN);
  assert.equal((await found({ interpreter, pythons: { [interpreter]: { installed: true } } })).args[0], '-P');
  const old = { [interpreter]: { newEnough: false, version: '3.8.0' } };
  assert.deepEqual(await missing({ interpreter, pythons: old }), { why: 'interpreter', path: interpreter, version: '3.8.0' });
});

test('a folder that is not trusted decides nothing: neither settings, nor its .venv, nor a Python in it', async () => {
  const { command, args } = await found({
    trusted: false,
    path: '/study/evil',
    interpreter: '/study/evil',
    files: ['/study/evil'],
    selected: async () => '/study/evil',
    programs: { python3: '/study/bin/python3', 'python3.12': '/usr/bin/python3.12', 'specthis-lsp': '/study/specthis-lsp' },
    pythons: {
      '/study/evil': { installed: true },
      '/study/bin/python3': { installed: true },
      '/study/.venv/bin/python': { installed: true },
      '/usr/bin/python3.12': {},
    },
  });
  assert.deepEqual([command, args], ['/usr/bin/python3.12', OWN]);
});

test('with libraries that do not load, an environment made for that Python is taken, without them', async () => {
  const python = { ...PYTHON, pythons: { '/usr/bin/python3': { version: '3.15.0', misfit: 'msgspec: no' } } };
  const { command, args } = await found({ ...python, prepared: () => '/storage/bin/python' });
  assert.deepEqual([command, args], ['/storage/bin/python', ['-I', '/ext/start.py', '/ext/server', '--stdio']]);
  assert.equal((await missing(python)).why, 'libraries');
});

test('a Python in which they load goes before one in which they do not', async () => {
  const programs = { python3: '/usr/bin/python3', 'python3.12': '/usr/bin/python3.12' };
  const pythons = { '/usr/bin/python3': { misfit: 'msgspec: no' }, '/usr/bin/python3.12': {} };
  assert.equal((await found({ programs, pythons })).command, '/usr/bin/python3.12');
});

test('without any Python it is said which were tried', async () => {
  assert.deepEqual(await missing({}), { why: 'python', tried: [] });
  const old = { ...PYTHON, pythons: { '/usr/bin/python3': { newEnough: false } } };
  assert.deepEqual(await missing(old), { why: 'python', tried: ['/usr/bin/python3'] });
});
