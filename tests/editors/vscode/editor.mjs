/** VS Code without a display: its server, and a browser that shows it. Both end with the test, whatever happens. */

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'files.autoSave': 'off',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'editor.minimap.enabled': false,
};

const FLAGS = [
  '--auth=none',
  '--reconnection-grace-time=5',
  '--disable-telemetry',
  '--disable-update-check',
  '--disable-getting-started-override',
  '--ignore-last-opened',
];

/** The folders of one run: `tools` holds what install.sh fetched, `work` is written anew. */
export class Editor {
  constructor(tools, work, settings = {}) {
    this.tools = tools;
    this.work = work;
    this.entry = path.join(tools, 'node_modules/code-server/out/node/entry.js');
    fs.rmSync(work, { recursive: true, force: true });
    fs.mkdirSync(path.join(work, 'user/User'), { recursive: true });
    fs.mkdirSync(path.join(work, 'extensions'), { recursive: true });
    fs.writeFileSync(path.join(work, 'user/User/settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
  }

  get folders() {
    const at = (name) => path.join(this.work, name);
    return ['--config', at('config.yaml'), '--user-data-dir', at('user'), '--extensions-dir', at('extensions')];
  }

  install(vsix) {
    execFileSync(process.execPath, [this.entry, ...this.folders, '--install-extension', vsix], { stdio: 'pipe' });
  }

  /** On a port of its own, so that several may run at a time. */
  async start(...flags) {
    this.port = await freePort();
    this.origin = `http://127.0.0.1:${this.port}`;
    const log = fs.openSync(path.join(this.work, 'code-server.log'), 'w');
    const command = [this.entry, ...this.folders, ...FLAGS, '--bind-addr', `127.0.0.1:${this.port}`, ...flags];
    this.process = spawn(process.execPath, command, { detached: true, stdio: ['ignore', log, log] });
    for (let tries = 0; tries < 300; tries++) {
      const answer = await fetch(`${this.origin}/healthz`).catch(() => undefined);
      if (answer?.ok) {
        return;
      }
      await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`VS Code does not answer: ${fs.readFileSync(path.join(this.work, 'code-server.log'), 'utf8')}`);
  }

  async browse() {
    const require = createRequire(path.join(this.tools, 'node_modules/'));
    const { chromium } = require('playwright-core');
    const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
    this.browser = await chromium.launch({ executablePath: browser(), headless: true, args });
    const page = await this.browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(60_000);
    return page;
  }

  /** Ends the whole group of processes: extension hosts live in processes of their own. */
  async stop() {
    await this.browser?.close();
    if (this.process && this.process.exitCode === null) {
      const gone = new Promise((done) => this.process.once('exit', done));
      kill(this.process.pid, 'SIGTERM');
      await Promise.race([gone, new Promise((later) => setTimeout(later, 5_000))]);
      kill(this.process.pid, 'SIGKILL');
    }
  }
}

function freePort() {
  const server = net.createServer();
  return new Promise((found) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    }),
  );
}

function kill(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // It is gone already.
  }
}

function browser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const found = names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => fs.existsSync(file));
  if (!found) {
    throw new Error('no Chromium is installed');
  }
  return found;
}
