import { ensureBuilt } from './build/ensure-built.ts';
import { rootFolder } from './build/root.ts';

/**
 * `npm run build`: always builds. `--if-stale`: only when the sources changed. `--prepare`: what `npm ci` calls, so that
 * the first start opens at once; there a failure is told but does not spoil the installation (the start builds again).
 * `--quiet` says nothing when nothing was to do.
 */
const startedAt = performance.now();
const prepare = process.argv.includes('--prepare');
try {
  const built = await ensureBuilt({ rootFolder, force: !prepare && !process.argv.includes('--if-stale') });
  if (built) console.log(`Built dist/ in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  else if (!process.argv.includes('--quiet')) console.log('dist/ is up to date.');
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  if (prepare) console.error('Modelward is installed but could not be built yet; "npm start" will try again.');
  else process.exitCode = 1;
}
