/** Whether there is a project at all: elsewhere no server is started. */

import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

const MARKS = '{specthis.toml,specs/*.md,*/specthis.toml,*/specs/*.md,*/*/specthis.toml,*/*/specs/*.md}';
const LANGUAGES = ['markdown', 'latex', 'tex'];

/** Whether a folder of the workspace is, holds or lies in a project, or an open document lies in one. */
export async function anyProject(): Promise<boolean> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const documents = vscode.workspace.textDocuments.filter(speaks).map((document) => path.dirname(document.uri.fsPath));
  if ([...folders, ...documents].some(isInside)) {
    return true;
  }
  return (await vscode.workspace.findFiles(MARKS, '**/{node_modules,.venv}/**', 1)).length > 0;
}

/** Whether a document may belong to a project. */
export function speaks(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' && LANGUAGES.includes(document.languageId);
}

/** Whether a folder, or one above it, looks like a project. The server looks closer. */
function isInside(folder: string): boolean {
  const above = path.dirname(folder);
  return looksLikeProject(folder) || (above !== folder && isInside(above));
}

function looksLikeProject(folder: string): boolean {
  return fs.existsSync(path.join(folder, 'specthis.toml')) || hasSpecs(path.join(folder, 'specs'));
}

function hasSpecs(folder: string): boolean {
  try {
    return fs.readdirSync(folder).some((name) => name.endsWith('.md'));
  } catch {
    return false;
  }
}
