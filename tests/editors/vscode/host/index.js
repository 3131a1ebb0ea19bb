/** Runs inside the extension host of a real VS Code: each test says `ok` or `not ok`, and the last word is an exit code. */

const { tests } = require('./tests.js');

exports.run = async () => {
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
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
