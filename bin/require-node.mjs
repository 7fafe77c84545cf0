// Runs before the program, and in plain JavaScript, so that an older Node can still say what to do.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isNewEnough = major > 24 || (major === 24 && minor >= 2);
const isInstalled = existsSync(new URL('../node_modules/zod', import.meta.url));

if (!isInstalled || !isNewEnough) {
  const reason = isInstalled
    ? `Switchboard runs on Node.js 24.2 or later, and this is ${process.versions.node}: install a newer one (on Linux \`npm ci\` brings it), and start with npm.`
    : 'The packages are not installed yet: run `npm ci` first.';
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
