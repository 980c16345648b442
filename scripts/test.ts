import { readOptions } from './test/options.ts';
import { addTallies, emptyTally, lastLine, type Tally } from './test/tally.ts';

// `npm test`: every check there is, one after the other, all of them even after a failure. The last line says what came
// of it: "N passed, M failed", and ", K skipped" where something did not run.

const bar = '─'.repeat(78);

async function main(): Promise<number> {
  const { chosen, extraArgs, environment } = readOptions(process.argv.slice(2));
  Object.assign(process.env, environment);
  const startedAt = performance.now();
  const rows: string[] = [];
  const tallies: Tally[] = [];
  for (const step of chosen) {
    console.log(`\n${bar}\n${step.headline}\n${bar}`);
    const stepStartedAt = performance.now();
    let tally: Tally;
    try {
      tally = await step.run(extraArgs);
    } catch (error) {
      console.error(error);
      tally = { ...emptyTally, failed: 1 };
    }
    tallies.push(tally);
    rows.push(`${tally.failed === 0 ? 'ok    ' : 'FAILED'} ${((performance.now() - stepStartedAt) / 1000).toFixed(1).padStart(7)} s  ${step.headline} (${lastLine(tally)})`);
    console.log(rows.at(-1));
  }
  const total = addTallies(tallies);
  console.log(`\n${bar}\n${rows.join('\n')}\n${bar}`);
  for (const { name, reason } of total.skipped) console.log(`skipped: ${name}: ${reason}`);
  for (const line of new Set(total.advice)) console.log(line);
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s in all`);
  console.log(lastLine(total));
  return total.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
