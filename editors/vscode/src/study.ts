/** The Study: specs, their entries, what these write and where it is shown, as the server tells it, unfolded bit by bit. */

import * as path from 'node:path';
import * as vscode from 'vscode';
import { Range as Place } from 'vscode-languageclient/node';
import { Serving } from './serving';

type Counted = Record<string, number>;
type State = 'missing' | 'stale (contract)' | 'stale' | 'needs review' | 'fresh' | 'unknown';

interface Spec {
  uri: string;
  path: string;
  entries: number;
  findings: Counted;
}

interface Project {
  uri: string;
  root: string;
  specs: Spec[];
}

interface File {
  path: string;
  uri: string;
  presence: string;
}

interface Artefact extends File {
  state: State;
  why: string;
}

interface Section {
  document: string;
  label: string;
  showing: 'shown' | 'elsewhere' | 'nowhere' | 'unknown' | 'nothing' | 'missing';
  findings: Counted;
  uri: string;
  range: Place | null;
}

interface Entry {
  name: string;
  side: 'compute' | 'report';
  range: Place;
  status: string;
  state: State | null;
  findings: Counted;
  script: File | null;
  artefacts: Artefact[];
  sections: Section[];
}

/** A place that a row leads to. */
interface Target {
  uri: string;
  range: Place | null;
}

export type Row =
  | { kind: 'project'; project: Project }
  | { kind: 'spec'; spec: Spec }
  | { kind: 'entry'; spec: Spec; entry: Entry }
  | { kind: 'part'; id: string; label: string; description: string; tooltip: string; look: Look; target: Target | null };

type Look = readonly [icon: string, color?: string];

const GREEN = 'testing.iconPassed';
const RED = 'problemsErrorIcon.foreground';
const YELLOW = 'problemsWarningIcon.foreground';
const GREY = 'disabledForeground';

/** What a finding makes of a row, whatever else there is to say of it. */
const OF_FINDING: Record<string, Look> = { error: ['error', RED], warning: ['warning', YELLOW] };

const OF_STATE: Record<State, Look> = {
  'missing': ['circle-slash', GREY],
  'stale (contract)': ['history', YELLOW],
  'stale': ['history', YELLOW],
  'needs review': ['eye', YELLOW],
  'unknown': ['question', GREY],
  'fresh': ['pass', GREEN],
};

const OF_SHOWING: Record<Section['showing'], [Look, string]> = {
  shown: [['book', GREEN], 'in'],
  elsewhere: [['book', YELLOW], 'shown elsewhere in'],
  nowhere: [['book', YELLOW], 'not shown in'],
  unknown: [['book', GREY], 'cannot be seen in'],
  nothing: [['book', GREY], 'in'],
  missing: [['circle-slash', RED], 'is not in'],
};

export class Study implements vscode.TreeDataProvider<Row> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly serving: Serving) {
    serving.onChange(() => this.refresh());
  }

  refresh(): void {
    this.changed.fire();
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (this.serving.standing.state !== 'ready') {
      return [];
    }
    switch (row?.kind) {
      case undefined:
        return this.beginning();
      case 'project':
        return row.project.specs.map((spec) => ({ kind: 'spec', spec }));
      case 'spec':
        return this.entries(row.spec);
      case 'entry':
        return parts(row.entry, `${row.spec.uri}#${row.entry.name}`);
      case 'part':
        return [];
    }
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const item = itemOf(row);
    // Read aloud a row says what stands in it, as colours and icons cannot; left to itself VS Code reads the tooltip.
    item.accessibilityInformation = { label: [item.label, item.description].filter(Boolean).join(', ') };
    return item;
  }

  private async beginning(): Promise<Row[]> {
    const { projects = [] } = await this.ask<{ projects?: Project[] }>({});
    const [only] = projects;
    return only && projects.length === 1
      ? this.getChildren({ kind: 'project', project: only })
      : projects.map((project) => ({ kind: 'project', project }));
  }

  private async entries(spec: Spec): Promise<Row[]> {
    const { entries = [] } = await this.ask<{ entries?: Entry[] }>({ uri: spec.uri });
    return entries.map((entry) => ({ kind: 'entry', spec, entry }));
  }

  /** A server of a time before there was a Study has nothing to show. */
  private async ask<Answer>(params: object): Promise<Partial<Answer>> {
    try {
      return (await this.serving.client?.sendRequest<Answer>('specthis/study', params)) ?? {};
    } catch (error) {
      this.serving.log.warn(`the Study could not be had: ${String(error)}`);
      return {};
    }
  }
}

function itemOf(row: Row): vscode.TreeItem {
  switch (row.kind) {
    case 'project':
      return projectItem(row.project);
    case 'spec':
      return specItem(row.spec);
    case 'entry':
      return entryItem(row.spec, row.entry);
    case 'part':
      return partItem(row);
  }
}

function projectItem(project: Project): vscode.TreeItem {
  const name = path.basename(project.root);
  const where = whereabouts(vscode.Uri.parse(project.uri));
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = project.uri;
  item.description = where === name ? '' : where;
  item.iconPath = new vscode.ThemeIcon('repo');
  item.tooltip = project.root;
  return item;
}

/** Where a project is, for people: several may lie in folders of one name, and these in folders that share theirs, too. */
function whereabouts(root: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(root);
  const way = folder ? path.relative(folder.uri.fsPath, root.fsPath) : '';
  const named = vscode.workspace.workspaceFolders?.filter(({ name }) => name === folder?.name) ?? [];
  return folder && named.length === 1 ? [folder.name, way].filter(Boolean).join('/') : root.fsPath;
}

function specItem(spec: Spec): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(path.basename(spec.path, '.md'), spec.entries ? Collapsed : None);
  item.id = spec.uri;
  item.iconPath = icon(['markdown', loudest(spec.findings)?.[1]]);
  item.description = told(spec.findings);
  item.tooltip = [spec.path, told(spec.findings)].filter(Boolean).join('\n');
  item.command = opening({ uri: spec.uri, range: null });
  return item;
}

function entryItem(spec: Spec, entry: Entry): vscode.TreeItem {
  const item = new vscode.TreeItem(entry.name, vscode.TreeItemCollapsibleState.Collapsed);
  const state = entry.state ?? 'unknown';
  const todo = entry.status === 'script TBD';
  item.id = `${spec.uri}#${entry.name}#${entry.side}#${entry.range.start.line}`;
  item.iconPath = icon(loudest(entry.findings, ...entry.sections.map((one) => one.findings)) ?? OF_STATE[state]);
  item.description = [told(entry.findings), todo ? 'script to be written' : entry.state].filter(Boolean).join(', ');
  item.tooltip = [entry.name, entry.status || 'no status', entry.state, told(entry.findings)].filter(Boolean).join('\n');
  item.contextValue = offers(entry).join(' ');
  item.command = opening({ uri: spec.uri, range: entry.range });
  return item;
}

/** Which inline actions make sense. */
function offers(entry: Entry): string[] {
  const script = entry.script?.presence === 'here' ? ['script'] : [];
  const output = entry.artefacts.some((one) => one.presence === 'here') ? ['output'] : [];
  const section = entry.sections.some((one) => one.range) ? ['section'] : [];
  return ['entry', ...script, ...output, ...section];
}

function partItem(row: Extract<Row, { kind: 'part' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, vscode.TreeItemCollapsibleState.None);
  item.id = row.id;
  item.iconPath = icon(row.look);
  item.description = row.description;
  item.tooltip = row.tooltip;
  if (row.target) {
    item.command = opening(row.target);
  }
  return item;
}

function parts(entry: Entry, id: string): Row[] {
  return [
    ...(entry.script ? [script(entry.script, id)] : []),
    ...entry.artefacts.map((one) => artefact(one, id)),
    ...entry.sections.map((one) => section(one, id)),
  ];
}

function script(file: File, id: string): Row {
  const here = file.presence === 'here';
  return {
    kind: 'part',
    id: `${id}#script`,
    label: path.basename(file.path),
    description: here ? 'script' : 'script, not here',
    tooltip: file.path,
    look: here ? ['file-code', GREEN] : ['file-code', RED],
    target: here ? { uri: file.uri, range: null } : null,
  };
}

function artefact(one: Artefact, id: string): Row {
  return {
    kind: 'part',
    id: `${id}#${one.path}`,
    label: path.basename(one.path),
    description: one.state,
    tooltip: `${one.path}\n${one.state}: ${one.why}`,
    look: OF_STATE[one.state],
    target: one.presence === 'here' ? { uri: one.uri, range: null } : null,
  };
}

function section(one: Section, id: string): Row {
  const [look, how] = OF_SHOWING[one.showing];
  const findings = told(one.findings);
  const description = `${how} ${path.basename(one.document)}`;
  return {
    kind: 'part',
    id: `${id}#${one.document}#${one.label}`,
    label: one.label,
    description: findings ? `${findings}, ${description}` : description,
    tooltip: [`${one.label} ${how} ${one.document}`, findings].filter(Boolean).join('\n'),
    look: loudest(one.findings) ?? look,
    target: one.range ? { uri: one.uri, range: one.range } : null,
  };
}

function icon([name, color]: readonly [string, (string | undefined)?]): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name, color ? new vscode.ThemeColor(color) : undefined);
}

/** The look of the loudest finding, where there is one. */
function loudest(...findings: Counted[]): Look | undefined {
  const severity = Object.keys(OF_FINDING).find((one) => findings.some((counted) => counted[one]));
  return severity ? OF_FINDING[severity] : undefined;
}

function told(findings: Counted): string {
  return Object.entries(findings)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ');
}

function opening({ uri, range }: Target): vscode.Command {
  const start = range && new vscode.Position(range.start.line, range.start.character);
  const options = start ? [{ selection: new vscode.Range(start, start) }] : [];
  return { title: 'Open', command: 'vscode.open', arguments: [vscode.Uri.parse(uri), ...options] };
}

/** The inline actions of an entry: where several files or sections would do, the first that is here. */
export function studyCommands(study: Study): vscode.Disposable {
  const open = (target: Target | undefined): Thenable<unknown> | undefined => {
    const command = target && opening(target);
    return command && vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
  };
  const file = (one: File | null | undefined): Target | undefined => (one ? { uri: one.uri, range: null } : undefined);
  const onEntry = (act: (entry: Entry) => unknown) => (row: Row) => (row?.kind === 'entry' ? act(row.entry) : undefined);
  const register = vscode.commands.registerCommand;
  return vscode.Disposable.from(
    register('specthis.refreshStudy', () => study.refresh()),
    register('specthis.openScript', onEntry((entry) => open(file(entry.script)))),
    register('specthis.openOutput', onEntry((entry) => open(file(entry.artefacts.find((one) => one.presence === 'here'))))),
    register('specthis.openSection', onEntry((entry) => open(entry.sections.find((one) => one.range)))),
  );
}
