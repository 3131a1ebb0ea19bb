/** The extension: it finds the server, starts it where there is a project, and shows how it stands. All logic is the server's. */

import * as vscode from 'vscode';
import { commands } from './commands';
import { anyProject, speaks } from './projects';
import { lookAfterRuns } from './runs';
import { Resting, Serving } from './serving';
import { Counts, showStatus } from './status';
import { Study, studyCommands } from './study';
import { Bundle, onSelection } from './surroundings';
import { tell } from './troubles';

const RESTARTING = ['specthis.path', 'specthis.interpreter', 'specthis.enable'];

let serving: Serving | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<{ serving: Serving; study: Study }> {
  const server = (serving = new Serving(context, new Bundle(context)));
  const counts = new Counts();
  const study = new Study(server);
  const start = async (): Promise<void> => server.restart(await resting());

  context.subscriptions.push(
    server,
    counts,
    showStatus(server, counts),
    commands(context, server, start),
    studyCommands(study),
    lookAfterRuns(server),
    vscode.window.registerTreeDataProvider('specthis.study', study),
    server.onChange(({ state }) => {
      if (state === 'ready') {
        server.client?.onNotification('specthis/studyChanged', () => study.refresh());
      }
    }),
    server.onChange((standing) => {
      if (standing.state === 'failed') {
        void tell(standing.trouble, server);
      }
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RESTARTING.some((name) => event.affectsConfiguration(name))) {
        void start();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(start),
    // Where there is no project yet, one may be opened or begun.
    vscode.workspace.onDidChangeWorkspaceFolders(() => (isIdle(server) ? start() : undefined)),
    vscode.workspace.onDidOpenTextDocument((document) => (isIdle(server) && speaks(document) ? start() : undefined)),
    vscode.workspace.onDidSaveTextDocument((document) => (isIdle(server) && speaks(document) ? start() : undefined)),
  );
  void onSelection(() => (server.found?.follows || server.standing.state === 'failed' ? start() : undefined)).then(
    (listening) => listening && context.subscriptions.push(listening),
  );
  await start();
  return { serving: server, study };
}

export async function deactivate(): Promise<void> {
  await serving?.stop();
}

async function resting(): Promise<Resting | undefined> {
  if (!vscode.workspace.getConfiguration('specthis').get('enable', true)) {
    return 'off';
  }
  return (await anyProject()) ? undefined : 'idle';
}

function isIdle(server: Serving): boolean {
  return server.standing.state === 'idle';
}
