/** Plays `index.js` in VS Code: `play.mjs TOOLS EXTENSION PROGRAM STUDY OUT`, where PROGRAM is the server. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Editor } from '../../editors/vscode/editor.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PATIENCE = 240_000;

const [tools, extension, program, study, out] = process.argv.slice(2);
const editor = new Editor(tools, out, { 'specthis.path': program });
try {
  await editor.start('--vscode-option', 'enable-smoke-test-driver', study);
  const page = await editor.browse();
  let over;
  const ended = new Promise((done) => (over = done));
  await page.exposeFunction('codeAutomationLog', (_, said) => console.log(String(said)));
  await page.exposeFunction('codeAutomationExit', over);
  const at = (file) => `vscode-remote://127.0.0.1:${editor.port}${file}`;
  const payload = [
    ['extensionDevelopmentPath', at(extension)],
    ['extensionTestsPath', at(path.join(HERE, 'index.js'))],
  ];
  await page.goto(`${editor.origin}/?folder=${study}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
  const late = new Promise((later) => setTimeout(() => later('nothing for too long'), PATIENCE));
  process.exitCode = (await Promise.race([ended, late])) === 0 ? 0 : 1;
} finally {
  await editor.stop();
}
process.exit();
