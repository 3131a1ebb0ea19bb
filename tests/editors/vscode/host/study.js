/** What the tests share: the study that is open, its files, and waiting for what must come true. */

const assert = require('node:assert');
const vscode = require('vscode');

const PATIENCE = 30_000;

const root = () => vscode.workspace.workspaceFolders[0].uri;
const file = (name) => vscode.Uri.joinPath(root(), name);
const extension = () => vscode.extensions.getExtension('specthis-lsp.specthis-lsp');
const running = async () => (await extension().activate()).serving;

async function until(what, said) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const found = await what();
    if (found) {
      return found;
    }
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`it did not come true: ${typeof said === 'function' ? said() : said}`);
}

/** The codes of what is found in a file, of all files where none is named; hints tell of times, and are left out. */
function codes(name) {
  const all = name ? [[file(name), vscode.languages.getDiagnostics(file(name))]] : vscode.languages.getDiagnostics();
  const found = all.flatMap(([, diagnostics]) => diagnostics).filter(counts);
  return found.map(codeOf).sort();
}

const counts = ({ source, severity }) => source === 'specthis' && severity !== vscode.DiagnosticSeverity.Hint;

const codeOf = (diagnostic) => diagnostic.code?.value ?? diagnostic.code;

const found = (name, expected) =>
  until(
    () => JSON.stringify(codes(name)) === JSON.stringify(expected),
    () => `${name ?? 'all'}: ${codes(name)} and not ${expected}`,
  );

async function open(name) {
  const document = await vscode.workspace.openTextDocument(file(name));
  const editor = await vscode.window.showTextDocument(document);
  return { document, editor };
}

/** Where a text stands in a document, some characters in. */
function place(document, text, further = 0) {
  const at = document.getText().indexOf(text);
  assert.notEqual(at, -1, `no ${text}`);
  return document.positionAt(at + further);
}

/** Puts one text in place of another, in the buffer only. */
async function replace({ document, editor }, before, after) {
  const start = place(document, before);
  const range = new vscode.Range(start, place(document, before, before.length));
  assert(await editor.edit((edit) => edit.replace(range, after)));
}

/** Back to what is on disk. */
const revert = () => vscode.commands.executeCommand('workbench.action.files.revert');

/** Saves whatever was edited, also where no editor shows it. */
async function saveAll() {
  const dirty = () => vscode.workspace.textDocuments.filter((document) => document.isDirty);
  await until(async () => {
    await Promise.all(dirty().map((document) => document.save()));
    return !dirty().length;
  }, 'all is saved');
}

module.exports = { codeOf, codes, extension, file, found, open, place, replace, revert, root, running, saveAll, until };
