#!/usr/bin/env node
// `npx modelward …`: starts the built command line under a Node that is new enough. Plain JavaScript on purpose: the
// Node that npx happens to use may be too old for the rest of the house, but must be able to read this file.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestMajor = 24;
const rootFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');

/** This Node when it is new enough, else the one that `npm ci` put into node_modules, else undefined. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= oldestMajor) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const file = path.join(rootFolder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(file) ? file : undefined;
}

const node = findNode();
if (node === undefined) {
  console.error(
    chinese
      ? `Modelward 需要 Node ${oldestMajor} 或更高版本,当前为 ${process.version}。请运行 "npm ci"(不要加 --omit=optional);在 macOS 上请自行安装 Node ${oldestMajor}。`
      : `Modelward needs Node ${oldestMajor} or newer, and this is ${process.version}. Run "npm ci" without --omit=optional; on macOS install Node ${oldestMajor} yourself.`,
  );
  process.exit(1);
}

// In a checkout the sources lie beside this file: build them when they are newer. What that says goes to standard error,
// because standard output belongs to the command (`--json` must stay JSON).
if (existsSync(path.join(rootFolder, 'scripts', 'build.ts'))) {
  const built = spawnSync(node, [path.join(rootFolder, 'scripts', 'build.ts'), '--if-stale', '--quiet'], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) process.exit(1);
}

const child = spawn(node, [path.join(rootFolder, 'dist', 'main', 'cli.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // Ctrl+C in a terminal reaches the command by itself; passed on as well it would count twice.
  process.on(signal, () => signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal));
}
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  // End the way the command ended, so that a shell sees the same.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
  process.kill(process.pid, signal);
});
