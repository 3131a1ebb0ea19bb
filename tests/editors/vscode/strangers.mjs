/** A folder of strangers, not trusted: it is checked, and nothing that it holds or names is run. */

import fs from 'node:fs';
import path from 'node:path';

export async function ofStrangers(page, origin, study, out, tell) {
  const ran = path.join(path.dirname(study), 'ran');
  setTraps(study, ran);
  await page.goto(`${origin}/?folder=${study}`);
  await page.waitForSelector('.statusbar-item:has-text("Restricted Mode")');
  await page.waitForSelector('.statusbar-item:has-text("specthis"):has(.codicon-error)');
  await page.screenshot({ path: path.join(out, '9-not-trusted.png') });
  tell('ok - a folder that is not trusted is checked');
  tell(`${fs.existsSync(ran) ? `not ok - ${fs.readFileSync(ran, 'utf8').trim()} was run` : 'ok - nothing'} of what it holds is run`);
}

/** Programs that leave a trace, wherever the folder could have them run; modules that would be imported by name. */
function setTraps(study, ran) {
  const trap = `#!/bin/sh\necho "$0" >> ${ran}\nexec python3 "$@"\n`;
  for (const name of ['.venv/bin/python', 'specthis-lsp', 'python3']) {
    write(path.join(study, name), trap, 0o755);
  }
  for (const name of ['specthis_lsp/__init__.py', 'json.py', 'sitecustomize.py']) {
    write(path.join(study, name), `open(${JSON.stringify(ran)}, "a").write(__file__)\n`);
  }
  const settings = { 'specthis.path': './specthis-lsp', 'specthis.interpreter': './python3' };
  write(path.join(study, '.vscode/settings.json'), JSON.stringify(settings));
}

function write(file, text, mode = 0o644) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
}
