/** The extension in VS Code: `run.mjs TOOLS EXTENSION VSIX OUT`. Tests inside the extension host, then as users work. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Editor } from './editor.mjs';
import { byKeyboard } from './keyboard.mjs';
import { sitting } from './sitting.mjs';
import { ofStrangers } from './strangers.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const STUDY = path.resolve(HERE, '../../../docs/examples/drifted');
const NOT_TRUSTED = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
const PATIENCE = 180_000;

const [tools, extension, vsix, out] = process.argv.slice(2).map((given) => path.resolve(given));

/** A copy of the study, to be worked in: where no ignore file of ours says that what is missing may be. */
function copyOfStudy() {
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'specthis-')), 'study');
  fs.cpSync(STUDY, folder, { recursive: true });
  return folder;
}

const remove = (study) => fs.rmSync(path.dirname(study), { recursive: true, force: true });

/** Runs `host/index.js` where extensions run: of the study, then of a workspace with two. It says of each test how it went. */
async function inTheHost(tell) {
  const editor = new Editor(tools, path.join(out, 'host'));
  const [study, ...two] = [copyOfStudy(), copyOfStudy(), copyOfStudy()];
  try {
    await editor.start('--vscode-option', 'enable-smoke-test-driver', study);
    await inOnePage(editor, `folder=${study}`, tell);
    await inOnePage(editor, `workspace=${workspaceOf(two)}`, tell);
  } finally {
    await editor.stop();
    [study, ...two].forEach(remove);
  }
}

/** A workspace of several folders, in a file beside the first. */
function workspaceOf(studies) {
  const file = path.join(path.dirname(studies[0]), 'two.code-workspace');
  const folders = studies.map((study, number) => ({ path: study, name: `study ${number + 1}` }));
  fs.writeFileSync(file, JSON.stringify({ folders }));
  return file;
}

async function inOnePage(editor, opened, tell) {
  const page = await editor.browse();
  let over;
  const ended = new Promise((done) => (over = done));
  await page.exposeFunction('codeAutomationLog', (_, said) => said.flatMap(lines).forEach(tell));
  await page.exposeFunction('codeAutomationExit', over);
  const at = (file) => `vscode-remote://127.0.0.1:${editor.port}${file}`;
  const payload = [
    ['extensionDevelopmentPath', at(extension)],
    ['extensionTestsPath', at(path.join(HERE, 'host/index.js'))],
  ];
  await page.goto(`${editor.origin}/?${opened}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
  const code = await Promise.race([ended, new Promise((later) => setTimeout(() => later('nothing for too long'), PATIENCE))]);
  if (code !== 0) {
    await page.screenshot({ path: path.join(out, 'host.png') });
    tell(`not ok - the extension host ends well (${code})`);
  }
  await editor.browser.close();
}

const lines = (said) => String(said).split('\n');

/** Runs what a user does in a browser, with the packaged extension. A picture is kept of how it failed. */
async function asUser(name, settings, act, tell) {
  const editor = new Editor(tools, path.join(out, name), settings);
  const study = copyOfStudy();
  try {
    editor.install(vsix);
    await editor.start(study);
    const page = await editor.browse();
    try {
      await act(page, editor.origin, study, out, tell);
    } catch (error) {
      await page.screenshot({ path: path.join(out, `${name}-failed.png`) });
      tell(`not ok - ${name}: ${String(error.message).split('\n')[0]} (see ${out}/${name}-failed.png)`);
    }
  } finally {
    await editor.stop();
    remove(study);
  }
}

fs.mkdirSync(out, { recursive: true });
const counts = { passed: 0, failed: 0 };
const tell = (line) => {
  const told = /^(?:not )?ok - /.test(line);
  if (told) {
    counts[line.startsWith('not') ? 'failed' : 'passed'] += 1;
  }
  if (told || line.startsWith('#')) {
    console.log(line);
  }
};
await inTheHost(tell);
await asUser('keyboard', {}, byKeyboard, tell);
await asUser('sitting', {}, sitting(extension), tell);
await asUser('stranger', NOT_TRUSTED, ofStrangers, tell);
console.log(`VS Code: ${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed || !counts.passed ? 1 : 0);
