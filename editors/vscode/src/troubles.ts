/** What people are told when there is no server: what is wrong, and buttons that mend it. */

import * as vscode from 'vscode';
import { Probe } from './locating';
import { prepare } from './preparing';
import { Serving, Standing } from './serving';

type Failed = Extract<Standing, { state: 'failed' }>['trouble'];

interface Said {
  message: string;
  buttons: readonly string[];
}

const BEGIN = 'specthis did not start';
const CHOOSE = 'Choose Interpreter';
const FETCH = 'Fetch Them';
const SETTINGS = 'Open Settings';
const AGAIN = 'Try Again';
const LOG = 'Show Output';
const HELP = 'Open Help';

/** What to say of each trouble: as of something that happened, for VS Code leaves it there when all is well again. */
export function said(trouble: Failed): Said {
  switch (trouble.why) {
    case 'path':
      return { message: `${BEGIN}: specthis.path says ${trouble.path}, and there is no such file.`, buttons: [SETTINGS, HELP] };
    case 'interpreter': {
      const what = trouble.version ? `is Python ${trouble.version}; the server needs 3.11 or newer` : 'is no Python that runs';
      return { message: `${BEGIN}: specthis.interpreter says ${trouble.path}, which ${what}.`, buttons: [CHOOSE, SETTINGS, HELP] };
    }
    case 'python':
      return {
        message: `${BEGIN}: it needs Python 3.11 or newer, and found none here. Your experiments may use another.`,
        buttons: [CHOOSE, HELP, LOG],
      };
    case 'libraries':
      return {
        message:
          `${BEGIN}: the libraries that it brings are not for your Python ${trouble.python.version}. ` +
          'It can fetch fitting ones with pip, once, into a folder of its own.',
        buttons: [FETCH, CHOOSE, LOG],
      };
    case 'ended':
      return { message: `${BEGIN}: ${trouble.said.replace(/\.$/, '')}.`, buttons: [AGAIN, LOG, HELP] };
  }
}

/** Says it, and does what is chosen. */
export async function tell(trouble: Failed, serving: Serving): Promise<void> {
  const { message, buttons } = said(trouble);
  const chosen = await vscode.window.showErrorMessage(message, ...buttons);
  const acts: Record<string, () => unknown> = {
    [CHOOSE]: () => vscode.commands.executeCommand('specthis.chooseInterpreter'),
    [FETCH]: () => (trouble.why === 'libraries' ? fetchLibraries(serving, trouble.python) : undefined),
    [SETTINGS]: () => vscode.commands.executeCommand('workbench.action.openSettings', 'specthis.'),
    [AGAIN]: () => vscode.commands.executeCommand('specthis.restart'),
    [LOG]: () => serving.log.show(),
    [HELP]: () => vscode.commands.executeCommand('specthis.openHelp'),
  };
  await acts[chosen ?? '']?.();
}

/** Fetches libraries for a Python, telling how it goes, and starts the server with them. */
async function fetchLibraries(serving: Serving, python: Probe): Promise<void> {
  const { context, bundle } = serving;
  const progress = { location: vscode.ProgressLocation.Notification, title: 'specthis: fetching libraries' };
  try {
    await vscode.window.withProgress(progress, () =>
      prepare(context, python, bundle.requirements, (line) => serving.log.info(line)),
    );
  } catch (error) {
    await tell({ why: 'ended', said: `its libraries could not be fetched (${(error as Error).message})` }, serving);
    return;
  }
  await serving.restart();
}
