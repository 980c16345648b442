/** Front door of the console host, for the command line: what plain Node offers the house, and the console itself. */
export { nodeHostPorts, systemLanguage } from './node-host-ports.ts';
export { runConsole } from './run-console.ts';
export { printProblem, sentences } from './sentences.ts';
