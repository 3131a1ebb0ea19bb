/** How the server stands and how many findings there are: an item in the status bar, and the language's own. */

import * as vscode from 'vscode';
import { DOCUMENTS, Serving, Standing } from './serving';

const SOURCE = 'specthis';

export function isOurs({ source }: vscode.Diagnostic): boolean {
  return source === SOURCE;
}

/** Errors and warnings of the whole project, counted where they change. */
export class Counts implements vscode.Disposable {
  private readonly byFile = new Map<string, readonly [number, number]>();
  private readonly moved = new vscode.EventEmitter<void>();
  readonly onChange = this.moved.event;
  private readonly listening: vscode.Disposable;

  constructor() {
    this.listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      uris.forEach((uri) => this.count(uri));
      this.moved.fire();
    });
  }

  get total(): { errors: number; warnings: number } {
    let [errors, warnings] = [0, 0];
    for (const [ofErrors, ofWarnings] of this.byFile.values()) {
      errors += ofErrors;
      warnings += ofWarnings;
    }
    return { errors, warnings };
  }

  dispose(): void {
    this.listening.dispose();
    this.moved.dispose();
  }

  /** Counts all anew: VS Code says a little later than they are there that diagnostics came. */
  recount(): void {
    this.byFile.clear();
    vscode.languages.getDiagnostics().forEach(([uri]) => this.count(uri));
  }

  private count(uri: vscode.Uri): void {
    const found = vscode.languages.getDiagnostics(uri).filter(isOurs);
    const of = (severity: vscode.DiagnosticSeverity): number => found.filter((one) => one.severity === severity).length;
    const counted = [of(vscode.DiagnosticSeverity.Error), of(vscode.DiagnosticSeverity.Warning)] as const;
    if (counted[0] || counted[1]) {
      this.byFile.set(uri.toString(), counted);
    } else {
      this.byFile.delete(uri.toString());
    }
  }
}

/** Both items; they follow the server and the counts until they are disposed of. */
export function showStatus(serving: Serving, counts: Counts): vscode.Disposable {
  const bar = vscode.window.createStatusBarItem('specthis.status', vscode.StatusBarAlignment.Left, 0);
  bar.name = 'specthis';
  const language = vscode.languages.createLanguageStatusItem('specthis.status', DOCUMENTS);
  language.name = 'specthis';
  const update = (): void => {
    showBar(bar, serving.standing, counts);
    showLanguage(language, serving.standing);
  };
  update();
  const stood = serving.onChange(() => {
    counts.recount();
    update();
  });
  return vscode.Disposable.from(bar, language, stood, counts.onChange(update));
}

function showBar(bar: vscode.StatusBarItem, standing: Standing, counts: Counts): void {
  if (standing.state === 'idle' || standing.state === 'off') {
    bar.hide();
    return;
  }
  const { errors, warnings } = counts.total;
  const failed = standing.state === 'failed';
  const ready = errors || warnings ? `specthis $(error) ${errors} $(warning) ${warnings}` : 'specthis $(check)';
  const busy = 'specthis $(loading~spin)';
  bar.text = { starting: busy, reading: busy, failed: 'specthis $(circle-slash)', ready }[standing.state];
  bar.tooltip = {
    starting: 'specthis: the server is starting',
    reading: 'specthis: the project is being read',
    failed: 'specthis: the server does not run. Click to see why.',
    ready: errors || warnings ? `specthis: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}` : 'specthis: the chain holds',
  }[standing.state];
  bar.command = failed ? 'specthis.tellTrouble' : 'workbench.actions.view.problems';
  bar.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  bar.accessibilityInformation = { label: bar.tooltip as string };
  bar.show();
}

const IN_WORDS: Record<Exclude<Standing['state'], 'ready'>, string> = {
  idle: 'no project',
  off: 'switched off',
  starting: 'starting',
  reading: 'reading',
  failed: 'does not run',
};

function showLanguage(item: vscode.LanguageStatusItem, standing: Standing): void {
  item.text = standing.state === 'ready' ? `specthis ${standing.version}` : `specthis: ${IN_WORDS[standing.state]}`;
  item.detail = standing.state === 'ready' ? standing.origin : '';
  item.busy = standing.state === 'starting' || standing.state === 'reading';
  item.severity =
    standing.state === 'failed' ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  item.command =
    standing.state === 'failed'
      ? { title: 'Why?', command: 'specthis.tellTrouble' }
      : { title: 'Show Output', command: 'specthis.showOutput' };
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
