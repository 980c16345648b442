import { openParentPort } from '../parent-port.ts';

/** A child for tests: answers "echo", fails or hangs when told. */
const parent = openParentPort();

parent.onMessage((raw) => {
  const { order, text = '' } = raw as { order: string; text?: string };
  switch (order) {
    case 'echo':
      parent.send({ echo: text });
      break;
    case 'complain':
      console.error(text);
      parent.send({ echo: text });
      break;
    case 'say-and-exit':
      parent.send({ echo: text });
      parent.exit(7);
      break;
    case 'abort':
      console.error(text);
      process.abort();
      break;
    case 'hang':
      parent.send({ echo: text });
      // After the message is on its way, never give the event loop another turn.
      setTimeout(() => {
        for (;;);
      }, 20);
      break;
    default:
      throw new Error(`unknown order ${order}`);
  }
});
