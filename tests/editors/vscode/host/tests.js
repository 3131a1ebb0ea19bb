/** What the extension does in VS Code, with the server that it brings, in a study after a bad week. */

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');
const { codeOf, codes, extension, file, found, open, place, replace, revert, running, saveAll, until } = require('./study.js');

const BREAKS = ['missing-script', 'missing-sectionversion', 'orphaned-export', 'schema-mismatch'];
const SPEC = 'specs/compute-fraction.md';
const AFTER_THE_FIX = BREAKS.slice(1);
const run = (command, ...given) => vscode.commands.executeCommand(command, ...given);

const active = () => vscode.window.activeTextEditor?.document.uri.path ?? 'nothing';

const ready = async () => {
  const serving = await running();
  await until(() => serving.standing.state === 'ready', () => JSON.stringify(serving.standing));
  return serving;
};

/** Nothing is open, so that only what holds on every clone is found. */
async function atRest() {
  await run('workbench.action.closeAllEditors');
  await found(undefined, AFTER_THE_FIX);
}

/** As in the explorer; what names the file is edited, and not saved. */
async function rename(from, to) {
  const moved = new vscode.WorkspaceEdit();
  moved.renameFile(file(from), file(to));
  await vscode.workspace.applyEdit(moved);
}

exports.tests = {
  'the server that the extension brings is started where there is a project': async () => {
    const { standing, found } = await ready();
    assert.match(standing.origin, /the extension's own/);
    assert.match(standing.version, /^\d+\.\d+\.\d+/);
    assert.equal(found.args[0], '-I');
  },

  'breaks are among the problems before any file is opened': async () => {
    await found(undefined, BREAKS);
  },

  'who goes to a problem stands on it, and has nothing selected that a key could replace': async () => {
    await run('specthis.goToProblem');
    const { document, selection } = vscode.window.activeTextEditor;
    assert.equal(document.uri.fsPath, file(SPEC).fsPath);
    assert(selection.isEmpty);
    assert(vscode.languages.getDiagnostics(document.uri)[0].range.contains(selection.active));
    await run('workbench.action.closeActiveEditor');
  },

  'it counts as ready once all that is found was told': async () => {
    const serving = await ready();
    const told = new Promise((done) => serving.onChange(({ state }) => state === 'ready' && done(codes())));
    await run('specthis.restart');
    assert.deepEqual(await told, BREAKS);
  },

  'a result that changed behind the editor’s back is looked at when asked': async () => {
    const result = file('results/grokking-decay-medium/run.json').fsPath;
    const held = fs.readFileSync(result, 'utf8');
    fs.writeFileSync(result, held.replace('"decay":', '"weight_decay":'));
    await run('specthis.check');
    await found(undefined, BREAKS.slice(0, 3));
    fs.writeFileSync(result, held);
    await run('specthis.check');
    await found(undefined, BREAKS);
  },

  'a break is underlined before the file is saved': async () => {
    const opened = await open('specs/compute-grokking.md');
    const before = codes('specs/compute-grokking.md');
    await replace(opened, 'Script: `scripts/', 'Script: `scriptz/');
    await found('specs/compute-grokking.md', ['missing-script', ...before]);
    assert(opened.document.isDirty);
    await revert();
    await found('specs/compute-grokking.md', before);
  },

  'an edit of LaTeX, which goes by its language and by its name, counts once': async () => {
    const section = 'reports/sections/structure.tex';
    const { editor } = await open(section);
    const lines = async () => {
      const links = await run('vscode.executeLinkProvider', file(section));
      return links.map((link) => link.range.start.line).slice(1);
    };
    const before = await lines();
    assert.notEqual(before.length, 0);
    await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), '\n'));
    assert.deepEqual(await lines(), before.map((line) => line + 1));
    await revert();
  },

  'what was typed and thrown away with its tab is not told any more: nothing of it is asked for': async () => {
    const { client } = await ready();
    assert.equal(client.initializeResult.capabilities.diagnosticProvider, undefined);
    const spec = 'specs/compute-structure.md';
    const opened = await open(spec);
    const before = codes();
    await found(spec, []);
    await replace(opened, 'Script: `scripts/', 'Script: `scriptz/');
    await found(spec, ['missing-script']);
    await run('workbench.action.closeActiveEditor');
    await found(undefined, before);
  },

  'what is edited where no tab shows it is told of at once': async () => {
    const spec = 'specs/compute-structure.md';
    const document = await vscode.workspace.openTextDocument(file(spec));
    const edit = new vscode.WorkspaceEdit();
    const at = place(document, 'Script: `scripts/', 'Script: `'.length);
    edit.insert(document.uri, at, 'not-');
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await found(spec, ['missing-script']);
    const back = new vscode.WorkspaceEdit();
    back.delete(document.uri, new vscode.Range(at, at.translate(0, 'not-'.length)));
    await vscode.workspace.applyEdit(back);
    await document.save();
    await found(spec, []);
  },

  'a fix mends the text, and what was found is gone': async () => {
    const { document } = await open(SPEC);
    const [diagnostic] = vscode.languages.getDiagnostics(file(SPEC));
    assert.equal(codeOf(diagnostic), 'missing-script');
    const actions = await run('vscode.executeCodeActionProvider', file(SPEC), diagnostic.range);
    const fix = actions.find((action) => action.title.startsWith('Change to'));
    assert(fix?.edit, actions.map((action) => action.title).join());
    await vscode.workspace.applyEdit(fix.edit);
    await found(SPEC, []);
    await document.save();
    assert.match(fs.readFileSync(file(SPEC).fsPath, 'utf8'), /scripts\/fractions\.py/);
  },

  'definition goes from a spec to its script': async () => {
    const { document } = await open(SPEC);
    const [goal] = await run('vscode.executeDefinitionProvider', file(SPEC), place(document, 'scripts/fractions.py', 4));
    assert.equal((goal.targetUri ?? goal.uri).fsPath, file('scripts/fractions.py').fsPath);
  },

  'hovering explains what stands there': async () => {
    const spec = 'specs/compute-grokking.md';
    await open(spec);
    const [{ range }] = vscode.languages.getDiagnostics(file(spec));
    const hovers = await run('vscode.executeHoverProvider', file(spec), range.start.translate(0, 1));
    const text = hovers.flatMap((hover) => hover.contents).map((one) => one.value ?? one).join('\n');
    assert.match(text, /schema-mismatch/);
  },

  'hovering over a key of a result says what is asked of it; of other JSON nothing is known': async () => {
    const words = async (uri, where) => {
      const hovers = await run('vscode.executeHoverProvider', uri, where);
      return hovers.flatMap((hover) => hover.contents).map((one) => one.value ?? one).join('\n');
    };
    const { document } = await open('results/grokking-decay-none/run.json');
    const said = await until(() => words(document.uri, place(document, 'weight_decay', 3)), 'something is said');
    assert.match(said, /number/);
    const elsewhere = file('elsewhere.json');
    fs.writeFileSync(elsewhere.fsPath, document.getText());
    const { document: other } = await open('elsewhere.json');
    assert.equal(await words(other.uri, place(other, 'weight_decay', 3)), '');
    fs.rmSync(elsewhere.fsPath);
    await run('workbench.action.closeActiveEditor');
  },

  'completion offers what fits the place': async () => {
    const { document } = await open('specs/compute-grokking.md');
    const inside = place(document, 'Script: `scripts/', 'Script: `scripts/'.length);
    const { items } = await run('vscode.executeCompletionItemProvider', document.uri, inside);
    const offered = items.map((item) => item.label?.label ?? item.label);
    assert(offered.some((label) => label.includes('grokking.py')), offered.slice(0, 20).join());
  },

  'a lens says how an entry stands, and another opens what it writes': async () => {
    const { document } = await open('specs/compute-grokking.md');
    const lenses = await run('vscode.executeCodeLensProvider', document.uri, 20);
    const { title, command, arguments: given } = lenses.find((one) => one.command?.title === 'open output').command;
    assert.equal(title, 'open output');
    await run(command, ...given);
    await until(() => active().endsWith('run.json'), active);
  },

  'the outline names the entries of a spec, with how they stand': async () => {
    const { document } = await open('specs/compute-grokking.md');
    const found = await run('vscode.executeDocumentSymbolProvider', document.uri);
    const names = (symbols) => symbols.flatMap((one) => [one.name, ...names(one.children ?? [])]);
    assert(names(found).includes('decay-none'), names(found).join());
  },

  'references are found in specs and in the paper': async () => {
    const { document } = await open('specs/report-structure.md');
    const found = await run('vscode.executeReferenceProvider', document.uri, place(document, 'sec:structure', 5));
    const files = new Set(found.map(({ uri }) => uri.path.split('/').at(-1)));
    assert(files.has('report-structure.md') && files.has('structure.tex'), [...files].join());
  },

  'a label is renamed in the paper and in the spec that routes to it, and nothing new is found': async () => {
    const { document } = await open('specs/report-structure.md');
    const before = codes();
    const where = place(document, 'sec:structure', 5);
    const edit = await run('vscode.executeDocumentRenameProvider', document.uri, where, 'sec:inside');
    await vscode.workspace.applyEdit(edit);
    await until(() => document.getText().includes('sec:inside'), 'the spec says it');
    await saveAll();
    assert.match(fs.readFileSync(file('reports/sections/structure.tex').fsPath, 'utf8'), /\\label\{sec:inside\}/);
    await found(undefined, before);
  },

  'why something is not renamed is said in a sentence': async () => {
    const { document } = await open('specs/compute-grokking.md');
    const where = place(document, 'scripts/grokking.py', 3);
    const taken = run('vscode.executeDocumentRenameProvider', document.uri, where, 'scripts/model.py');
    await assert.rejects(taken, /There is a `scripts\/model\.py` already\./);
  },

  'a script that is renamed in the explorer is renamed in the specs': async () => {
    await rename('scripts/ablation.py', 'scripts/removal.py');
    const { document } = await open('specs/compute-structure.md');
    await until(() => document.getText().includes('Script: `scripts/removal.py`'), () => document.getText().slice(0, 2000));
  },

  'of a file that is not saved yet the next renaming edits what stands in its buffer': async () => {
    await rename('scripts/model.py', 'scripts/net.py');
    const makefile = await vscode.workspace.openTextDocument(file('Makefile'));
    assert(makefile.isDirty);
    await until(() => makefile.getText().includes('.json: scripts/removal.py scripts/net.py $(RUNS)'), () => makefile.getText());
    await saveAll();
  },

  'the traffic is written down only when asked for': async () => {
    const serving = await ready();
    const settings = vscode.workspace.getConfiguration('specthis');
    assert.equal(serving.traffic.real, undefined);
    await settings.update('trace.server', 'messages', vscode.ConfigurationTarget.Workspace);
    await until(() => serving.traffic.logLevel === vscode.LogLevel.Trace, 'the setting is known');
    await until(async () => (await run('specthis.check'), serving.traffic.real), 'something was written');
    await settings.update('trace.server', undefined, vscode.ConfigurationTarget.Workspace);
  },

  'what a person prefers in the editor counts where the project says nothing': async () => {
    await atRest();
    const settings = vscode.workspace.getConfiguration('specthis');
    await settings.update('rules.ignore', ['orphaned-export'], vscode.ConfigurationTarget.Workspace);
    await found(undefined, AFTER_THE_FIX.filter((code) => code !== 'orphaned-export'));
    await settings.update('rules.ignore', undefined, vscode.ConfigurationTarget.Workspace);
    await found(undefined, AFTER_THE_FIX);
  },

  'every setting has a form in the page of settings, and each choice of a rule a word': async () => {
    const settings = extension().packageJSON.contributes.configuration.properties;
    assert(settings['specthis.rules.ignore'].items.enum.includes('missing-script'));
    for (const [name, { type, items, properties }] of Object.entries(settings)) {
      assert(['boolean', 'string', 'array', 'object'].includes(type), name);
      const words = items?.enumDescriptions ?? Object.values(properties ?? {}).map((one) => one.description);
      assert.equal(words.filter(Boolean).length, (items?.enum ?? Object.keys(properties ?? {})).length, name);
      assert([items, ...Object.values(properties ?? {})].every((one) => !one || one.type === 'string'), name);
    }
  },

  'the Study shows specs, their entries, and what these write': async () => {
    await ready();
    const { study } = await vscode.extensions.getExtension('specthis-lsp.specthis-lsp').activate();
    const specs = await study.getChildren();
    const labels = specs.map((row) => study.getTreeItem(row).label);
    assert.deepEqual(labels, [...labels].sort());
    const row = specs.find((one) => study.getTreeItem(one).label === 'report-structure');
    const entries = await study.getChildren(row);
    const shown = [];
    for (const entry of entries) {
      for (const part of await study.getChildren(entry)) {
        shown.push(study.getTreeItem(part).description);
      }
    }
    assert(shown.includes('not shown in paper.tex'), shown.join('; '));
    assert.match(study.getTreeItem(entries[0]).contextValue, /script/);
    await run('specthis.openScript', entries[0]);
    assert.match(vscode.window.activeTextEditor.document.uri.path, /\/scripts\/.*\.py$/);
  },

  'of a row of the Study is read aloud what it says to the eye': async () => {
    const { study } = await vscode.extensions.getExtension('specthis-lsp.specthis-lsp').activate();
    const read = async (row) => {
      const rows = await study.getChildren(row);
      return rows.map((one) => [study.getTreeItem(one).accessibilityInformation.label, one]);
    };
    const [, spec] = (await read()).find(([label]) => label === 'compute-grokking, 1 error');
    const [, entry] = (await read(spec)).find(([label]) => label.startsWith('decay-medium, 1 error, '));
    const [[script]] = await read(entry);
    assert.equal(script, 'grokking.py, script');
  },

  'the Study is shown anew once something moved': async () => {
    const { study } = await vscode.extensions.getExtension('specthis-lsp.specthis-lsp').activate();
    await study.getChildren();
    const told = new Promise((done) => study.onDidChangeTreeData(done));
    const opened = await open(SPEC);
    await replace(opened, 'Status: script ready', 'Status: script TBD');
    await told;
    await revert();
  },

  'what a check prints in a task is among the problems, by the matcher': async () => {
    const { found: server } = await ready();
    const check = [...server.args.filter((one) => one !== '--stdio'), '--check', '--no-cache', '--output-format', 'concise'];
    const execution = new vscode.ProcessExecution(server.command, check, { cwd: file('.').fsPath });
    const task = new vscode.Task({ type: 'specthis-test' }, vscode.TaskScope.Workspace, 'check', 'tests', execution, '$specthis');
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Never };
    await vscode.tasks.executeTask(task);
    const named = () =>
      vscode.languages
        .getDiagnostics()
        .flatMap(([uri, found]) => found.map((one) => [path.basename(uri.path), one.source, one.code?.value ?? one.code, one.severity]))
        .filter(([, source]) => source === 'specthis-lsp --check');
    // Not the last one: VS Code may stop reading before it when the task ends.
    const expected = ['compute-grokking.md', 'specthis-lsp --check', 'schema-mismatch', vscode.DiagnosticSeverity.Error];
    await until(() => named().some((one) => one.join() === expected.join()), () => named().join('; '));
  },

  'what a run wrote is looked at once it ends, in a task and in a terminal': async () => {
    const { client } = await ready();
    const asked = [];
    const send = client.sendNotification;
    client.sendNotification = (...given) => (asked.push(given), send.apply(client, given));
    const looks = () => asked.filter(([, said]) => said?.changes?.length === 0).length;
    const execution = new vscode.ProcessExecution('true');
    const task = new vscode.Task({ type: 'specthis-test' }, vscode.TaskScope.Workspace, 'run', 'tests', execution);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Never };
    await vscode.tasks.executeTask(task);
    await until(looks, 'a look after the task');
    const terminal = vscode.window.createTerminal({ name: 'run', shellPath: '/bin/bash' });
    terminal.show(true);
    const shell = await until(() => terminal.shellIntegration, 'the shell is integrated');
    asked.length = 0;
    shell.executeCommand('true');
    await until(looks, 'a look after the command');
    terminal.dispose();
    delete client.sendNotification;
  },

  'a server that dies is started again, and says what it said': async () => {
    const serving = await ready();
    await atRest();
    const { pid } = serving.client._serverProcess;
    process.kill(pid, 'SIGKILL');
    await until(() => serving.standing.state !== 'ready', 'it was noticed');
    await ready();
    assert.notEqual(serving.client._serverProcess.pid, pid);
    await found(undefined, AFTER_THE_FIX);
  },

  'a server that dies while it starts is started again, and nobody is told that there is none': async () => {
    const serving = await ready();
    const stood = [];
    const listening = serving.onChange(({ state }) => stood.push(state));
    void serving.restart();
    await until(() => serving.standing.state === 'starting' && serving.client?._serverProcess?.pid, 'it starts');
    process.kill(serving.client._serverProcess.pid, 'SIGKILL');
    await until(() => stood.filter((state) => state === 'starting').length === 2, () => stood.join());
    await ready();
    listening.dispose();
    assert.deepEqual(stood, ['starting', 'starting', 'reading', 'ready']);
    await found(undefined, AFTER_THE_FIX);
  },

  'why a server could not be started is told once, in words that stay true when one runs': async () => {
    const serving = await ready();
    const settings = vscode.workspace.getConfiguration('specthis');
    const program = file('no-program').fsPath;
    fs.writeFileSync(program, 'this is no program', { mode: 0o755 });
    const failed = [];
    const listening = serving.onChange(({ state, trouble }) => state === 'failed' && failed.push(trouble));
    await settings.update('path', program, vscode.ConfigurationTarget.Workspace);
    await until(() => failed.length, () => serving.standing.state);
    await settings.update('path', undefined, vscode.ConfigurationTarget.Workspace);
    await ready();
    listening.dispose();
    fs.rmSync(program);
    assert.equal(failed.length, 1, JSON.stringify(failed));
    assert.equal(failed[0].why, 'ended');
  },

  'switched off, nothing is found; switched on, everything is': async () => {
    const serving = await ready();
    await atRest();
    const settings = vscode.workspace.getConfiguration('specthis');
    await settings.update('enable', false, vscode.ConfigurationTarget.Workspace);
    await found(undefined, []);
    assert.equal(serving.standing.state, 'off');
    await settings.update('enable', undefined, vscode.ConfigurationTarget.Workspace);
    await found(undefined, AFTER_THE_FIX);
  },

  'a setting that names no file is told of, and mended without a new start of the editor': async () => {
    const serving = await ready();
    const settings = vscode.workspace.getConfiguration('specthis');
    await settings.update('path', '/nowhere/specthis-lsp', vscode.ConfigurationTarget.Workspace);
    await until(() => serving.standing.state === 'failed', () => serving.standing.state);
    assert.deepEqual(serving.standing.trouble, { why: 'path', path: '/nowhere/specthis-lsp' });
    await settings.update('path', undefined, vscode.ConfigurationTarget.Workspace);
    await ready();
  },

  'what belongs into a report of a defect opens as a document': async () => {
    await ready();
    await run('specthis.debugInformation');
    const { document } = vscode.window.activeTextEditor;
    assert.match(document.getText(), /# specthis-lsp/);
    assert.equal(document.languageId, 'markdown');
    await run('workbench.action.revertAndCloseActiveEditor');
  },
};
