import { z } from 'zod';
import { ExpectedError } from '../../errors.ts';
import { serveTask } from '../serve-task.ts';

/** A task process that does what its request names: answers, refuses, breaks, dies, hangs, chatters, or ignores a stop. */
serveTask(async (raw, task) => {
  const { act } = z.object({ act: z.string() }).parse(raw);
  switch (act) {
    case 'answer':
      task.phase('counting');
      task.about('the first');
      task.progress(1, 2, 'steps');
      return { answer: 42 };
    case 'refuse':
      throw new ExpectedError('PATH_NOT_FOUND', { path: 'nowhere' });
    case 'break':
      throw new TypeError('a mistake of ours');
    case 'die':
      process.stderr.write('last words\n');
      process.exit(7);
      break;
    case 'hang':
      for (;;) Math.sqrt(2);
    case 'wait':
      await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
      return {};
    case 'ignore-stop':
      for (;;) {
        task.progress(0, null, 'steps');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    case 'converse': {
      const told = await new Promise<unknown>((resolve) => task.onTell(resolve));
      task.chunk({ heard: told });
      task.chunk('and more');
      return { answer: 7 };
    }
    default:
      return {};
  }
  return {};
});
