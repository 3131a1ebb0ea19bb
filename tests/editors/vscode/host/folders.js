/** A workspace of several folders, with a study in each: what is shown of them, and that folders come and go. */

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');
const { codeOf, extension, found, running, until } = require('./study.js');

const SPEC = 'specs/compute-fraction.md';
const INNER = 'old/inner';

const folders = () => vscode.workspace.workspaceFolders.map((folder) => folder.uri);
const codesIn = (uri) => vscode.languages.getDiagnostics(uri).map(codeOf);
const tells = (uri, expected) =>
  until(() => JSON.stringify(codesIn(uri)) === JSON.stringify(expected), () => `${uri.path}: ${codesIn(uri)}`);

async function studies() {
  const { study } = await extension().activate();
  const rows = await study.getChildren();
  return rows.map((row) => study.getTreeItem(row)).map(({ label, description }) => [label, description].join(' '));
}

const showing = async (expected) =>
  until(async () => JSON.stringify(await studies()) === JSON.stringify(expected), `the Study shows ${expected}`);

/** Changes the folders behind the first: a change of that one would start the extensions anew. */
async function change(start, count, ...added) {
  const changed = new Promise((done) => vscode.workspace.onDidChangeWorkspaceFolders(done));
  assert(vscode.workspace.updateWorkspaceFolders(start, count, ...added));
  await changed;
}

exports.tests = {
  'two studies in one workspace are both checked': async () => {
    const serving = await running();
    await until(() => serving.standing.state === 'ready', () => JSON.stringify(serving.standing));
    for (const folder of folders()) {
      await tells(vscode.Uri.joinPath(folder, SPEC), ['missing-script']);
    }
  },

  'two studies in one workspace are told apart in the Study': async () => {
    await showing(['study study 1', 'study study 2']);
  },

  'a folder that is removed is shown no more, and nothing of it is told': async () => {
    const [, second] = folders();
    await change(1, 1);
    await until(async () => (await studies())[0]?.startsWith('compute-fraction'), 'of one study the specs are shown');
    await tells(vscode.Uri.joinPath(second, SPEC), []);
    await change(1, 0, { uri: second, name: 'another' });
    await showing(['study study 1', 'study another']);
    await change(1, 1, { uri: second, name: 'study 1' });
    await showing(folders().map(({ fsPath }) => `study ${fsPath}`));
    await change(1, 1, { uri: second, name: 'another' });
    await showing(['study study 1', 'study another']);
    await tells(vscode.Uri.joinPath(second, SPEC), ['missing-script']);
  },

  'a project in another one is known once a file of it is opened': async () => {
    const [, second] = folders();
    const inner = vscode.Uri.joinPath(second, INNER);
    fs.cpSync(path.join(second.fsPath, 'specs'), path.join(inner.fsPath, 'specs'), { recursive: true });
    const spec = vscode.Uri.joinPath(inner, SPEC);
    await vscode.window.showTextDocument(spec);
    await until(() => codesIn(spec).includes('missing-script'), () => codesIn(spec).join());
    await showing(['study study 1', 'study another', `inner another/${INNER}`]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  },
};
