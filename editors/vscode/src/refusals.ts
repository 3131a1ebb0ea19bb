/** Why something cannot be renamed, in sentences: VS Code puts the words of others behind them. */

import { Middleware } from 'vscode-languageclient/node';

export const REFUSALS: Middleware = {
  prepareRename: (document, position, token, next) => said(() => next(document, position, token)),
  provideRenameEdits: (document, position, name, token, next) => said(() => next(document, position, name, token)),
};

async function said<Answer>(ask: () => Answer): Promise<Awaited<Answer>> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof Error ? new Error(sentence(error.message)) : error;
  }
}

/** The server's messages begin small and end without a stop. */
function sentence(message: string): string {
  const begun = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
