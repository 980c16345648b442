import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelward-launch-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a launcher process whose host is the given script, and gives it with its first line of output. */
async function startLauncher(hostScript: string): Promise<{ launcher: ChildProcess; firstLine: string }> {
  const host = path.join(folder, 'host.mjs');
  const main = path.join(folder, 'launcher.ts');
  writeFileSync(host, hostScript);
  writeFileSync(
    main,
    `import { exitCodeOf, launch } from ${JSON.stringify(path.join(import.meta.dirname, 'launch.ts'))};
     process.exitCode = exitCodeOf(await launch({ command: process.execPath, args: [${JSON.stringify(host)}], cwd: process.cwd(), env: process.env }));`,
  );
  const launcher = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(launcher);
  const [chunk] = (await once(launcher.stdout, 'data')) as [Buffer];
  return { launcher, firstLine: chunk.toString() };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

it('passes the exit code of the host on', async () => {
  const { launcher } = await startLauncher(`console.log('up'); process.exitCode = 7;`);
  expect(await exitOf(launcher)).toBe(7);
});

it.each(['SIGTERM', 'SIGINT'] as const)('passes %s on and waits until the host has put its things away', async (signal) => {
  const { launcher } = await startLauncher(`
    setInterval(() => {}, 1000);
    process.on('${signal}', () => setTimeout(() => process.exit(5), 200));
    console.log('up');`);
  launcher.kill(signal);
  expect(await exitOf(launcher)).toBe(5);
});

it('reports a host that was killed as a shell would', async () => {
  const { launcher } = await startLauncher(`console.log('up'); process.kill(process.pid, 'SIGKILL');`);
  expect(await exitOf(launcher)).toBe(137);
});
