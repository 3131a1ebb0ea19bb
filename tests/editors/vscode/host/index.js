/**
 * Runs inside the extension host of a real VS Code: each test says `ok` or `not ok`, and the last word is an exit code.
 * `SPECTHIS_ONLY=word` in the environment runs the tests whose name has that word, for whoever works on one.
 */

const { workspace } = require('vscode');

/** A workspace of several folders is tested by itself: to become one, an editor starts anew. */
const { tests } = workspace.workspaceFile ? require('./folders.js') : require('./tests.js');

exports.run = async () => {
  let failed = 0;
  const chosen = Object.entries(tests).filter(([name]) => name.includes(process.env.SPECTHIS_ONLY ?? ''));
  for (const [name, test] of chosen) {
    try {
      await test();
      console.log(`ok - ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`not ok - ${name}\n#   ${String(error.stack ?? error).split('\n').slice(0, 6).join('\n#   ')}`);
    }
  }
  if (failed) {
    throw new Error(`${failed} failed`);
  }
};
