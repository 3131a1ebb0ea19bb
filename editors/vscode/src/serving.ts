/** The life of the server: looked for, started, watched, started again, stopped. */

import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from 'vscode-languageclient/node';
import { Client } from './client';
import { Found, Missing, locate } from './locating';
import { REFUSALS } from './refusals';
import { Bundle, around } from './surroundings';
import { TOLD } from './telling';
import { Traffic } from './traffic';

/** Why none runs that could: there is no project, or it is switched off. */
export type Resting = 'idle' | 'off';

/** How it stands. `reading`: what it says so far is not all. */
export type Standing =
  | { state: Resting | 'starting' | 'reading' }
  | { state: 'ready'; version: string; origin: string }
  | { state: 'failed'; trouble: Missing | { why: 'ended'; said: string } };

const SELECTOR = ['markdown', 'latex', 'tex', 'python'].map((language) => ({ scheme: 'file', language }));
const SETTINGS = ['specthis.toml', 'pyproject.toml'].map((name) => ({ scheme: 'file', pattern: `**/${name}` }));
export const DOCUMENTS = [...SELECTOR, ...SETTINGS];

const MOST_RESTARTS = 3;
const WITHIN = 180_000;
/** A server that ends so often within so many milliseconds is not started again by itself. */

export class Serving implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('specthis', { log: true });
  private readonly traffic = new Traffic();
  private readonly changed = new vscode.EventEmitter<Standing>();
  readonly onChange = this.changed.event;
  standing: Standing = { state: 'idle' };
  client: LanguageClient | undefined;
  found: Found | undefined;
  private ended: number[] = [];
  private turn: Promise<void> = Promise.resolve();

  constructor(
    readonly context: vscode.ExtensionContext,
    readonly bundle: Bundle,
  ) {}

  /** Stops what runs and starts it anew, unless it is to rest. One after the other, however often asked. */
  restart(resting?: Resting): Promise<void> {
    this.turn = this.turn.then(async () => {
      await this.end();
      if (resting) {
        this.stand({ state: resting });
      } else {
        await this.begin();
      }
    });
    return this.turn;
  }

  async stop(): Promise<void> {
    await this.turn;
    await this.end();
  }

  dispose(): void {
    this.changed.dispose();
    this.traffic.dispose();
    this.log.dispose();
  }

  private async begin(): Promise<void> {
    this.stand({ state: 'starting' });
    const located = await locate(around(this.context, this.bundle));
    if ('missing' in located) {
      this.log.error(`no server: ${JSON.stringify(located.missing)}`);
      this.stand({ state: 'failed', trouble: located.missing });
      return;
    }
    const { found } = located;
    this.log.info(`server: ${found.origin}: ${[found.command, ...found.args].join(' ')}`);
    this.found = found;
    const client = new Client(this.program(found), this.options(), (refused, said) => {
      if (refused === this.client) {
        this.fail(said);
      }
    });
    client.registerFeature(TOLD);
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        void this.read(client, found.origin);
      }
    });
    try {
      await client.start();
    } catch {
      // It says so itself.
    }
  }

  /** A question about no file in particular is answered once all projects are read, and what is found in them is told. */
  private async read(client: LanguageClient, origin: string): Promise<void> {
    const reading: Standing = { state: 'reading' };
    this.stand(reading);
    try {
      await client.sendRequest('specthis/study', { uri: '' });
    } catch {
      // A server of a time before there was a Study answers at once.
    }
    if (this.standing === reading) {
      this.stand({ state: 'ready', version: client.initializeResult?.serverInfo?.version ?? '', origin });
    }
  }

  private async end(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.ended = [];
    try {
      await client?.dispose();
    } catch {
      // It did not run any more.
    }
  }

  private program(found: Found) {
    // Away from the workspace, so that no file of it is taken for a module or a program.
    return { command: found.command, args: found.args, options: { cwd: this.context.extensionPath } };
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      traceOutputChannel: this.traffic,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: 'specthis',
      initializationOptions: { untrustedWorkspace: !vscode.workspace.isTrusted, hoverImages: true },
      middleware: REFUSALS,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.afterEnd(),
      },
    };
  }

  /** A server that ends unasked is started again, unless it does so all the time. */
  private afterEnd(): { action: CloseAction; handled: boolean } {
    const now = Date.now();
    this.ended = [...this.ended.filter((then) => now - then < WITHIN), now];
    if (this.ended.length > MOST_RESTARTS) {
      this.fail('the server ended time and again');
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    this.log.warn('the server ended; it is started again');
    this.stand({ state: 'starting' });
    return { action: CloseAction.Restart, handled: true };
  }

  private fail(said: string): void {
    this.log.error(said);
    if (this.standing.state === 'failed') {
      return; // The first of several reasons is the nearest.
    }
    this.stand({ state: 'failed', trouble: { why: 'ended', said } });
  }

  private stand(standing: Standing): void {
    this.standing = standing;
    void vscode.commands.executeCommand('setContext', 'specthis.state', standing.state);
    this.changed.fire(standing);
  }
}
