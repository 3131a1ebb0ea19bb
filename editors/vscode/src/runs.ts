/** When something outside of the editor may have written results: nobody watches these, and the server looks every few seconds only. */

import * as vscode from 'vscode';
import { Serving } from './serving';

/** Has the server look at every file that a verdict rests on. */
export async function look(serving: Serving): Promise<void> {
  await serving.client?.sendNotification('workspace/didChangeWatchedFiles', { changes: [] });
}

/** Looks once a task or a command in a terminal ends, and when somebody comes back to the window. */
export function lookAfterRuns(serving: Serving): vscode.Disposable {
  const lookNow = (): void => {
    if (serving.standing.state === 'ready') {
      void look(serving);
    }
  };
  return vscode.Disposable.from(
    vscode.tasks.onDidEndTask(lookNow),
    onEndInTerminal?.(lookNow) ?? { dispose: () => undefined },
    vscode.window.onDidChangeWindowState(({ focused }) => (focused ? lookNow() : undefined)),
  );
}

/** Newer than the oldest VS Code that we work in; shells tell of ends where they are integrated. */
const { onDidEndTerminalShellExecution: onEndInTerminal } = vscode.window as {
  onDidEndTerminalShellExecution?: vscode.Event<unknown>;
};
