/** What can be done from the palette. */

import * as vscode from 'vscode';
import { look } from './runs';
import { Serving } from './serving';
import { isOurs } from './status';
import { tell } from './troubles';

type Act = (...given: never[]) => unknown;

/** Everything but what belongs to the Study. `start` looks for a project and starts the server where there is one. */
export function commands(context: vscode.ExtensionContext, serving: Serving, start: () => Promise<void>): vscode.Disposable {
  const table: Record<string, Act> = {
    'specthis.restart': () => restart(serving, start),
    'specthis.check': () => check(serving),
    'specthis.goToProblem': goToProblem,
    'specthis.showOutput': () => serving.log.show(),
    'specthis.debugInformation': () => debugInformation(serving),
    'specthis.chooseInterpreter': chooseInterpreter,
    'specthis.openWalkthrough': () => openWalkthrough(context),
    'specthis.openHelp': () => openHelp(context),
    'specthis.tellTrouble': () => {
      const { standing } = serving;
      return standing.state === 'failed' ? tell(standing.trouble, serving) : serving.log.show();
    },
  };
  const registered = Object.entries(table).map(([name, act]) => vscode.commands.registerCommand(name, act));
  return vscode.Disposable.from(...registered);
}

/** Where none is started all the same, the Study says why. */
async function restart(serving: Serving, start: () => Promise<void>): Promise<void> {
  await start();
  if (['idle', 'off'].includes(serving.standing.state)) {
    await vscode.commands.executeCommand('specthis.study.focus');
  }
}

/** Has the server look at every file again that it rests on, and shows what is found. */
async function check(serving: Serving): Promise<void> {
  await look(serving);
  await vscode.commands.executeCommand('workbench.actions.view.problems');
}

/**
 * The loudest problem of all files, in an editor: VS Code's own way to the next one begins in an editor only. As there,
 * nothing is selected, lest a key that comes too soon for a menu replaces it.
 */
async function goToProblem(): Promise<void> {
  const problems = vscode.languages
    .getDiagnostics()
    .flatMap(([uri, found]) => found.filter(isOurs).map(({ severity, range }) => ({ uri, severity, range })))
    .filter(({ severity }) => severity < vscode.DiagnosticSeverity.Hint)
    .sort((one, other) => one.severity - other.severity);
  const [loudest] = problems;
  if (loudest) {
    const { start } = loudest.range;
    await vscode.window.showTextDocument(loudest.uri, { selection: new vscode.Range(start, start) });
  } else {
    void vscode.window.showInformationMessage('specthis finds nothing to mend here.');
  }
}

/** How the server stands, in a document that can be put into a report. */
async function debugInformation(serving: Serving): Promise<void> {
  const command = { command: 'specthis.showDebugInformation', arguments: [] };
  const content: unknown = await serving.client?.sendRequest('workspace/executeCommand', command);
  if (typeof content === 'string') {
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    await vscode.window.showTextDocument(document);
  }
}

function openWalkthrough(context: vscode.ExtensionContext): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#begin`, false);
}

/** Locked: a preview that follows the editor would show the next spec that is opened. */
function openHelp(context: vscode.ExtensionContext): Thenable<unknown> {
  const help = vscode.Uri.joinPath(context.extensionUri, 'media/specthis.md');
  return vscode.commands.executeCommand('markdown.showPreview', help, undefined, { locked: true });
}

/** By the file, and not by the Python extension's list: the experiments may need another Python than the server. */
async function chooseInterpreter(): Promise<void> {
  const [chosen] =
    (await vscode.window.showOpenDialog({ title: 'A Python, 3.11 or newer', openLabel: 'Use This Python' })) ?? [];
  if (chosen) {
    const settings = vscode.workspace.getConfiguration('specthis');
    await settings.update('interpreter', chosen.fsPath, vscode.ConfigurationTarget.Global);
  }
}
