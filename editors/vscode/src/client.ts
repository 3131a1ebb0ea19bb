/** The library's client, which tells people nothing by itself: its words go to the log, and why no server runs is ours to say. */

import { ErrorCodes, LanguageClient, LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';

/** What goes wrong with a server that ended meanwhile: the end itself is heard of, and seen to. */
const OF_AN_END: readonly unknown[] = [
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.MessageWriteError,
  'EPIPE',
  'ERR_STREAM_DESTROYED',
];

export class Client extends LanguageClient {
  /** `refused` hears why it does not start. */
  constructor(
    program: ServerOptions,
    options: LanguageClientOptions,
    private readonly refused: (client: Client, said: string) => void,
  ) {
    super('specthis', 'specthis', program, options);
  }

  override error(message: string, data?: unknown, show?: boolean | 'force'): void {
    super.error(message, data, false);
    if (show === 'force' && !OF_AN_END.includes((data as { code?: unknown } | undefined)?.code)) {
      this.refused(this, data instanceof Error ? data.message : message);
    }
  }
}
