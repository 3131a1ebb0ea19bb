/** Diagnostics are told by the server, and not asked for: who asks for those of a tab that was closed drops the answer. */

import { ClientCapabilities, StaticFeature } from 'vscode-languageclient/node';

/**
 * Takes from what the client library says of itself that it asks for diagnostics, so that it is sent them.
 * Asking, it goes on showing what stood in a text that was thrown away with its tab, asks nothing of a file that is open
 * in no tab, and hears of closed files only every other second.
 */
export const TOLD: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    delete capabilities.textDocument?.diagnostic;
    delete capabilities.workspace?.diagnostics;
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};
