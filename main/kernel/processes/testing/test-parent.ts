import { createNodeProcessStarter } from '../node-process-starter.ts';

/**
 * A parent for tests, run as a process of its own: starts one child, gives it the order named on the command line, prints
 * the child's process id once the child has answered, and stays until it is killed (or leaves at once, for "leave").
 */
const [childPath, order, ending] = process.argv.slice(2);
if (childPath === undefined || order === undefined) throw new Error('usage: test-parent CHILD ORDER [leave]');

const child = createNodeProcessStarter()({ entryPath: childPath, serviceName: 'test-child' });
child.onMessage(() => {
  console.log(String(child.processId));
  if (ending === 'leave') process.exit(0);
});
child.send({ order, text: 'x' });
setInterval(() => undefined, 1000);
