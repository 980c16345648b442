// Fails when a package's optional dependency (as a rule the binary for one platform) has no entry in the lock: `npm ci`
// on that platform would then refuse the lock. Plain JavaScript on purpose: it must run before anything is installed.
import { readFileSync } from 'node:fs';

const lockFile = process.argv[2] ?? new URL('../package-lock.json', import.meta.url);
const packages = JSON.parse(readFileSync(lockFile, 'utf8')).packages;

/** True when `name` resolves from the package at `where`, walking up its node_modules folders as Node does. */
function resolves(where, name) {
  let folder = where;
  for (;;) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    const cut = folder.lastIndexOf('/node_modules/');
    folder = cut < 0 ? '' : folder.slice(0, cut);
  }
}

const missing = [];
for (const [where, entry] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!resolves(where, name)) missing.push(`${where === '' ? '(root)' : where} -> ${name}@${range}`);
  }
}

if (missing.length > 0) {
  console.error(`package-lock.json lacks ${missing.length} optional packages:\n  ${missing.join('\n  ')}`);
  process.exit(1);
}
console.log(`package-lock.json is complete (${Object.keys(packages).length} packages).`);
