/** As a user works: a mistake is typed, underlined, mended by a keystroke and saved. Pictures are kept of the way. */

import fs from 'node:fs';
import path from 'node:path';

const SPEC = 'specs/compute-structure.md';
const LINE = 33;
const SCRIPT = 'scripts/spectrum.py';

export async function byKeyboard(page, origin, study, out, tell) {
  const picture = (name) => page.screenshot({ path: path.join(out, `${name}.png`) });
  const lineOf = (text) => page.locator(`.monaco-editor .view-line:has-text("${text}")`).first();

  await page.goto(`${origin}/?folder=${study}`);
  await page.waitForSelector('.explorer-folders-view .monaco-list-row');
  await page.keyboard.press('Control+P');
  await page.waitForSelector('.quick-input-widget input');
  await page.keyboard.type(SPEC);
  await page.waitForSelector(`.quick-input-list .monaco-list-row:has-text("${path.basename(SPEC)}")`);
  await page.keyboard.press('Enter');
  await lineOf('name: compute-structure').click();
  await page.keyboard.press('Control+G');
  await page.waitForSelector('.quick-input-widget input');
  await page.keyboard.type(String(LINE));
  await page.keyboard.press('Enter');
  await lineOf('Script:').waitFor();
  await page.waitForSelector('.statusbar-item:has-text("specthis"):has(.codicon-error)');
  tell('ok - the status bar counts what is found');

  await lineOf('Script:').click();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  for (const _ of '.py') {
    await page.keyboard.press('Backspace');
  }
  await page.keyboard.type('s.py');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.monaco-editor .squiggly-error', { state: 'attached' });
  await picture('1-underlined');
  tell('ok - a mistake is underlined while it is typed');

  await page.keyboard.press('Control+Shift+M');
  await page.waitForSelector('.markers-panel .monaco-list-row:has-text("missing-script")');
  await picture('2-problems');
  tell('ok - it is among the problems, with those of files that nobody opened');

  await lineOf('Script:').click();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+.');
  await page.waitForSelector('.action-widget :text("Change to")');
  await picture('3-fixes');
  await page.keyboard.press('Enter');
  await lineOf(SCRIPT).waitFor();
  await page.waitForSelector('.monaco-editor .squiggly-error', { state: 'detached' });
  await page.keyboard.press('Control+S');
  await saved(path.join(study, SPEC), SCRIPT);
  tell('ok - one keystroke mends it, and the file on disk is right');

  await page.keyboard.press('Control+J');
  await hover(page, lineOf('Script:'), SCRIPT);
  await picture('4-hover');
  tell('ok - hovering shows the chain');

  await page.locator('.activitybar .action-label[aria-label="specthis"]').click();
  const row = (text) => page.locator(`.pane-body .monaco-list-row:has-text("${text}")`).first();
  await row('report-structure').waitFor();
  await row('report-structure').locator('.monaco-tl-twistie').click();
  await row('spectrum').waitFor();
  await row('spectrum').locator('.monaco-tl-twistie').click();
  await row('not shown in').waitFor();
  await picture('5-study');
  tell('ok - the Study shows what no section shows');

  await run(page, 'Open Walkthrough');
  await page.waitForSelector('.gettingStartedContainer :text("See where the chain breaks")');
  await picture('6-walkthrough');
  tell('ok - the walkthrough opens');

  const settings = path.join(study, '.vscode/settings.json');
  fs.mkdirSync(path.dirname(settings), { recursive: true });
  fs.writeFileSync(settings, '{ "specthis.path": "/nowhere/specthis-lsp" }');
  await page.waitForSelector('.notifications-toasts :text("specthis.path says /nowhere/specthis-lsp")');
  await page.waitForSelector('.notifications-toasts :text("Open Settings")');
  await page.waitForSelector('.statusbar-item:has-text("specthis"):has(.codicon-circle-slash)');
  await picture('7-trouble');
  fs.writeFileSync(settings, '{}');
  await page.waitForSelector('.statusbar-item:has-text("specthis"):has(.codicon-error)');
  tell('ok - what keeps the server from running is told with what mends it, and mended it runs');

  fs.writeFileSync(settings, '{ "specthis.enable": false }');
  await page.waitForSelector('.statusbar-item:has-text("specthis")', { state: 'detached' });
  await page.keyboard.press('Control+Shift+E');
  await page.waitForSelector('.explorer-folders-view .monaco-list-row');
  await run(page, 'Restart Server');
  await page.waitForSelector('.pane-body :text("It is switched off here")');
  await picture('8-resting');
  tell('ok - where no server is started when asked, the Study says why');
}

/** Runs a command of ours from the palette. */
async function run(page, command) {
  await page.keyboard.press('F1');
  await page.waitForSelector('.quick-input-widget input');
  await page.keyboard.type(`specthis: ${command}`);
  await page.waitForSelector(`.quick-input-list .monaco-list-row:has-text("${command}")`);
  await page.keyboard.press('Enter');
}

async function saved(file, text) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (fs.readFileSync(file, 'utf8').includes(`\`${text}\``)) {
      return;
    }
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`${file} does not say ${text}`);
}

/** Points at a text until something is shown: a pointer that moves during a layout is lost now and then. */
async function hover(page, line, text) {
  const box = await line.boundingBox();
  for (let tries = 0; tries < 5; tries++) {
    await page.mouse.move(5, 5);
    await page.waitForTimeout(300);
    await page.mouse.move(box.x + 120, box.y + box.height / 2, { steps: 4 });
    const shown = page.locator(`.monaco-hover:visible:has-text("${path.basename(text)}")`).first();
    if (await shown.waitFor({ timeout: 5_000 }).then(() => true, () => false)) {
      await page.waitForTimeout(500);
      return;
    }
  }
  throw new Error('no hover is shown');
}
