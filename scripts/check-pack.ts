import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from './build/ensure-built.ts';
import { rootFolder } from './build/root.ts';
import { readConfiguration, refusalOf } from './pack/configuration.ts';
import { wrongFuses } from './pack/fuses.ts';
import { packWithStub } from './pack/pack-stub.ts';
import { wrongInArchive } from './pack/packed-content.ts';
import { startExtracted } from './pack/start-extracted.ts';

// The packaging check: without Electron's runtime and without a network, everything about the installers that can be
// checked. What cannot: that the packed app starts in real Electron, the installers themselves, and code signing.

async function findProblems(workFolder: string): Promise<string[]> {
  const configuration = await readConfiguration();
  const refusal = await refusalOf(configuration);
  if (refusal !== undefined) return [`electron-builder.yml: ${refusal}`];
  if ((await refusalOf({ ...configuration, nsis: { ...configuration.nsis, oneclick: false } })) === undefined) return ['a typing mistake in electron-builder.yml would go unnoticed'];
  console.log('electron-builder.yml is valid, and a typing mistake in it would be refused.');

  await ensureBuilt({ rootFolder });
  const packed = await packWithStub(configuration, workFolder);
  const problems = [...wrongInArchive(packed.asar), ...(await wrongFuses(packed.executable))];
  if (problems.length > 0) return problems;
  console.log('The packed app holds what it must, and the fuses are set.');

  if (process.platform !== 'linux') {
    console.log('The packed app was NOT started: it holds Linux binaries, and this is another system.');
    return [];
  }
  const trouble = await startExtracted(packed.asar, workFolder);
  if (trouble.length === 0) console.log('The extracted console host starts, serves its page and ends.');
  return trouble;
}

const workFolder = mkdtempSync(path.join(tmpdir(), 'modelward-pack-'));
try {
  const problems = await findProblems(workFolder);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}
