import type { TrainingOrder, TrainingRun } from '../contract/training.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { errorSentence } from '../../renderer/i18n/error-sentence.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { findVersion, followJob, say } from './command-context.ts';
import type { CommandContext } from './command-context.ts';
import { findDataVersion } from './data-commands.ts';
import type { TrainCommand } from './parse-train-command.ts';
import { printRun, printRuns, printTrainingPlan } from './print-train.ts';

/** Runs one of these commands. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runTrainCommand(command: TrainCommand, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  switch (command.kind) {
    case 'train':
      return train(command, context);
    case 'train-list': {
      const runs = await client.training.list({});
      output.result(runs, () => printRuns(runs, language));
      return 0;
    }
    case 'train-show': {
      const run = await client.training.get({ runId: command.runId });
      const points = await client.training.curve({ runId: run.id, afterStep: -1 });
      output.result({ run, points }, () => printRun(run, { points, language }));
      return 0;
    }
    case 'train-pause':
      await client.training.pause({ runId: command.runId });
      output.result({ runId: command.runId }, () => fill(catalogue[language].cli.train.pausing, { runId: command.runId }));
      return 0;
    case 'train-resume': {
      const { jobId } = await client.training.resume({ runId: command.runId, learningRate: command.learningRate });
      return follow(command.runId, jobId, context);
    }
    case 'train-finish': {
      const { jobId } = await client.training.finish({ runId: command.runId });
      return follow(command.runId, jobId, context);
    }
    case 'train-remove':
      await client.training.remove({ runId: command.runId });
      output.result({ runId: command.runId }, () => say(context, 'removed', { name: command.runId }));
      return 0;
  }
}

async function train(command: Extract<TrainCommand, { kind: 'train' }>, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const version = await findVersion(command.model, context, command.mode.kind === 'incremental' ? 'newest' : 'source');
  const data = await findDataVersion(command.dataset, context);
  const mode: TrainingOrder['mode'] =
    command.mode.kind === 'mixed' ? { kind: 'mixed', oldDatasetVersionId: (await findDataVersion(command.mode.old, context)).id, oldShare: command.mode.oldShare } : command.mode;
  const { recommended } = await client.training.options({ versionId: version.id, datasetVersionId: data.id });
  const order: TrainingOrder = { versionId: version.id, datasetVersionId: data.id, mode, settings: { ...recommended, ...command.settings } };
  const plan = await client.training.plan(order);
  if (command.planOnly) {
    output.result({ plan, settings: order.settings }, () => {
      const problem = plan.problem === null ? null : errorSentence(plan.problem, language);
      return [printTrainingPlan(plan, { settings: order.settings, language }), ...(problem === null ? [] : [`${problem.what} ${problem.why} ${problem.next}`])].join('\n');
    });
    return plan.problem === null ? 0 : 1;
  }
  if (plan.problem === null) output.note(printTrainingPlan(plan, { settings: order.settings, language }));
  const { runId, jobId } = await client.training.start(order);
  output.note(fill(catalogue[language].cli.train.started, { runId }));
  return follow(runId, jobId, context);
}

/** Tells the phases and what became of it. Ctrl+C pauses: hours of work are not thrown away by a key. */
async function follow(runId: string, jobId: string, context: CommandContext): Promise<number> {
  const { opened, output, language, signal } = context;
  const { client } = opened;
  const pause = (): void => {
    client.training.pause({ runId }).catch((error: unknown) => output.note(error instanceof Error ? error.message : String(error)));
  };
  signal.addEventListener('abort', pause, { once: true });
  let run: TrainingRun;
  try {
    await followJob(jobId, { ...context, signal: new AbortController().signal });
  } finally {
    signal.removeEventListener('abort', pause);
    run = await client.training.get({ runId });
    if (run.state === 'failed' && run.resumable) output.note(fill(catalogue[language].cli.train.resumable, { runId, step: run.checkpointStep ?? 0 }));
  }
  output.result(run, () => printRun(run, { points: [], language }));
  return 0;
}
