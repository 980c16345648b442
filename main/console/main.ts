import { runConsole } from './run-console.ts';

// The entry of the console host. Nothing imports it: what others share lies in run-console.ts, behind index.ts.
process.exitCode = await runConsole(process.argv.slice(2));
