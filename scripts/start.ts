import { spawn } from 'node:child_process';
import path from 'node:path';
import { isFresh } from './build/freshness.ts';
import { rootFolder } from './build/root.ts';
import { exitCodeOf, launch, type Ending } from './start/launch.ts';
import { obtainRuntime, type Runtime } from './start/obtain-runtime.ts';
import { createProgressLine } from './start/progress-line.ts';
import { findElectronPackage } from './start/runtime-folder.ts';
import { languageOf, sentencesIn } from './start/sentences.ts';

// `npm start`: the Electron window where its runtime is present or can be fetched, otherwise the console host in the
// browser. MODELWARD_HOST=console or =desktop takes the choice away. Everything after `--` goes to the host.

/** An Electron that fails sooner than this never had a window (no screen, no rights for its sandbox, missing libraries). */
const failedAtOnceMs = 5_000;

const { env } = process;
const args = process.argv.slice(2);
const sentences = sentencesIn(languageOf(env));
const wanted = env['MODELWARD_HOST'] || 'any';

async function buildIfStale(): Promise<boolean> {
  if (isFresh(rootFolder, path.join(rootFolder, 'dist'))) return true;
  console.log(sentences.building);
  // A process of its own: bundling would hold up the clock that limits the look for the runtime.
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const child = spawn(process.execPath, [path.join(rootFolder, 'scripts/build.ts'), '--if-stale'], { stdio: 'inherit' });
  child.on('error', reject);
  child.on('exit', (code) => resolve(code === 0));
  return promise;
}

async function findRuntimeForWindow(): Promise<Runtime> {
  const electronFolder = findElectronPackage();
  if (electronFolder === undefined) return { obstacle: { kind: 'not-installed' } };
  const line = createProgressLine(process.stdout, sentences);
  let reached = false;
  const runtime = await obtainRuntime({
    electronFolder,
    env,
    onReachable: (host) => {
      reached = true;
      console.log(sentences.fetching(host));
    },
    onProgress: line.update,
  });
  line.end();
  if (reached && 'executable' in runtime) console.log(sentences.fetched);
  return runtime;
}

function runConsole(): Promise<Ending> {
  return launch({ command: process.execPath, args: [path.join(rootFolder, 'dist/main/console.js'), ...args], cwd: process.cwd(), env });
}

async function runWindow(executable: string): Promise<Ending> {
  const ending = await launch({ command: executable, args: [rootFolder, ...args], cwd: process.cwd(), env });
  const failedAtOnce = !ending.wasAsked && ending.code !== 0 && ending.ranMs < failedAtOnceMs;
  if (!failedAtOnce || wanted === 'desktop') return ending;
  console.error(sentences.windowEnded(ending.signal ?? `code ${String(ending.code)}`));
  return runConsole();
}

async function main(): Promise<number> {
  if (wanted !== 'any' && wanted !== 'console' && wanted !== 'desktop') {
    console.error(sentences.unknownHost(wanted));
    return 2;
  }
  const building = buildIfStale();
  let executable: string | undefined;
  let code = 0;
  if (wanted !== 'console') {
    const runtime = await findRuntimeForWindow();
    if ('executable' in runtime) {
      executable = runtime.executable;
    } else {
      console.error(sentences.obstacle(runtime.obstacle, wanted === 'any'));
      if (wanted === 'desktop') code = 1;
    }
  }
  if (!(await building)) {
    console.error(sentences.buildFailed);
    return 1;
  }
  if (code !== 0) return code;
  return exitCodeOf(await (executable === undefined ? runConsole() : runWindow(executable)));
}

process.exitCode = await main();
