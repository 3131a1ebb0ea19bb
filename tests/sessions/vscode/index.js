/** What somebody does in VS Code with the drifted study. Runs in the extension host; `../record.py` says what for. */

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');
const { file, found, open, place, replace, running, saveAll, until } = require('../../editors/vscode/host/study.js');

const SPEC = 'specs/compute-fraction.md';
const PAPER = 'reports/sections/grokking.tex';
const run = (command, ...given) => vscode.commands.executeCommand(command, ...given);

/** What the server says by itself, once its author rests, belongs to the step before. */
async function step(words) {
  await new Promise((later) => setTimeout(later, 1_500));
  fs.appendFileSync(process.env.STEPS, `${words}\n`);
}

exports.run = async () => {
  const serving = await running();
  await until(() => serving.standing.state === 'ready', () => JSON.stringify(serving.standing));
  await found(SPEC, ['missing-script']);

  await step('A spec of the study after a bad week is opened');
  const opened = await open(SPEC);
  const { document } = opened;

  await step('A mistake is typed, and taken back');
  await replace(opened, 'Status: script ready', 'Status: script reday');
  await found(SPEC, ['unknown-status']);
  await run('undo');
  await found(SPEC, ['missing-script']);

  await step('What is wrong is looked at');
  const wrong = place(document, 'Script: `scripts/', 'Script: `scripts/'.length);
  await run('vscode.executeHoverProvider', document.uri, wrong);

  await step('The fix is applied');
  const actions = await run('vscode.executeCodeActionProvider', document.uri, new vscode.Range(wrong, wrong));
  const fix = actions.find((action) => action.title.startsWith('Change to'));
  assert(fix?.edit, actions.map((action) => action.title).join());
  await vscode.workspace.applyEdit(fix.edit);
  await found(SPEC, []);

  await step('From the spec to a script that it names, and back');
  opened.editor.selection = new vscode.Selection(...Array(2).fill(place(document, 'Inputs: `scripts/', 12)));
  await run('editor.action.revealDefinition');
  await until(() => vscode.window.activeTextEditor?.document.uri.path.endsWith('model.py'), 'the script is shown');
  const again = await open(SPEC);

  await step('A path is completed');
  await replace(again, 'Inputs: `scripts/model.py`', 'Inputs: `scripts/mod`');
  const behind = place(document, 'Inputs: `scripts/mod', 'Inputs: `scripts/mod'.length);
  const { items } = await run('vscode.executeCompletionItemProvider', document.uri, behind, undefined, 20);
  const item = items.find((one) => (one.label.label ?? one.label) === 'scripts/model.py');
  assert(item, items.map((one) => one.label.label ?? one.label).join());
  await again.editor.edit((edit) => edit.replace(item.range.replacing ?? item.range, item.insertText ?? item.label));
  assert(document.getText().includes('Inputs: `scripts/model.py`'), document.getText());

  await step('It is saved');
  await document.save();

  await step('A label is renamed in the paper, and in the spec that names it; both are saved');
  const paper = await open(PAPER);
  await found(PAPER, ['missing-sectionversion']);
  const label = place(paper.document, 'label{sec:grokking', 'label{sec:'.length);
  await vscode.workspace.applyEdit(
    await run('vscode.executeDocumentRenameProvider', paper.document.uri, label, 'sec:when'),
  );
  await saveAll();
  assert.match(fs.readFileSync(file('specs/report-grokking.md').fsPath, 'utf8'), /section_label: sec:when/);

  await step('All is closed');
  await run('workbench.action.closeAllEditors');
  await step('The editor is left');
  await serving.stop();
};
