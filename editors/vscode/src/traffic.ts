/** The traffic with the server, in a channel that is made when there is something to write: mostly there never is. */

import * as vscode from 'vscode';

const NAME = 'specthis: traffic';

/** What the client library takes for a log whose level is the setting `specthis.trace.server`. */
export class Traffic implements vscode.LogOutputChannel {
  readonly name = NAME;
  private real: vscode.OutputChannel | undefined;
  private readonly changed = new vscode.EventEmitter<vscode.LogLevel>();
  readonly onDidChangeLogLevel = this.changed.event;
  private readonly listening = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('specthis.trace.server')) {
      this.changed.fire(this.logLevel);
    }
  });

  get logLevel(): vscode.LogLevel {
    const wanted = vscode.workspace.getConfiguration('specthis').get('trace.server', 'off');
    return wanted === 'off' ? vscode.LogLevel.Off : vscode.LogLevel.Trace;
  }

  append(value: string): void {
    this.channel.append(value);
  }

  appendLine(value: string): void {
    this.channel.appendLine(value);
  }

  replace(value: string): void {
    this.channel.replace(value);
  }

  clear(): void {
    this.real?.clear();
  }

  show(): void {
    this.channel.show(true);
  }

  hide(): void {
    this.real?.hide();
  }

  trace(message: string): void {
    this.appendLine(message);
  }

  debug(message: string): void {
    this.appendLine(message);
  }

  info(message: string): void {
    this.appendLine(message);
  }

  warn(message: string): void {
    this.appendLine(message);
  }

  error(message: string | Error): void {
    this.appendLine(String(message));
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
    this.real?.dispose();
  }

  private get channel(): vscode.OutputChannel {
    return (this.real ??= vscode.window.createOutputChannel(NAME));
  }
}
