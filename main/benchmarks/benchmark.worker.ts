import { serveTask } from '../kernel/processes/serve-task.ts';
import type { TaskContext } from '../kernel/processes/serve-task.ts';
import { cancelled } from '../kernel/errors.ts';
import { benchmarkRequestSchema } from './benchmark-task.ts';
import { measureVersion } from './measure-version.ts';
import { asMeasuringError } from './open-measuring.ts';
import { tuneVersion } from './tune-version.ts';

/** How often the parent hears that a long step still goes on. */
const wordEveryMs = 5000;

/** The measuring process: loads one model with llama.cpp itself, measures, answers, exits. */
serveTask(async (raw, task) => {
  const request = benchmarkRequestSchema.parse(raw);
  const { spoken, end } = withSignsOfLife(task);
  try {
    return request.kind === 'benchmark' ? await measureVersion(request, spoken) : await tuneVersion(request, spoken);
  } catch (error) {
    throw task.signal.aborted ? cancelled() : asMeasuringError(error, request.kind === 'benchmark' ? 'benchmark' : 'tuning');
  } finally {
    end();
  }
});

/** Says the latest progress again now and then: a single step of a large model may take minutes. */
function withSignsOfLife(task: TaskContext): { spoken: TaskContext; end: () => void } {
  let again = (): void => undefined;
  const timer = setInterval(() => again(), wordEveryMs);
  const spoken: TaskContext = {
    ...task,
    phase(name, previousDetail) {
      task.phase(name, previousDetail);
      again = () => task.progress(0, null, 'steps');
    },
    progress(done, total, unit) {
      task.progress(done, total, unit);
      again = () => task.progress(done, total, unit);
    },
  };
  return { spoken, end: () => clearInterval(timer) };
}
