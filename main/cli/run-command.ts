import { resolve } from 'node:path';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import type { GatewayStatus } from '../contract/gateway.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { errorSentence } from '../../renderer/i18n/error-sentence.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import type { Command } from './parse-command.ts';
import { runBenchmarkCommand } from './benchmark-commands.ts';
import { runAdapterCommand } from './adapter-commands.ts';
import { runDeploymentCommand } from './deployment-commands.ts';
import { runDataCommand } from './data-commands.ts';
import { runKeyCommand } from './key-commands.ts';
import { findDeployment, findModel, findVersion, followJob, pause, say } from './command-context.ts';
import type { CommandContext } from './command-context.ts';
import { runNetworkCommand } from './network-commands.ts';
import { runShrinkCommand } from './shrink-commands.ts';
import { runTrainCommand } from './train-commands.ts';
import { runUsageCommand } from './usage-commands.ts';
import { printAudit, printDoctor, printModel, printModels } from './print-views.ts';

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** Runs a command that needs somebody signed in. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runCommand(command: Exclude<Command, Of<'help' | 'setup' | 'console' | 'service-print'>>, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  switch (command.kind) {
    case 'model-import':
      return importModel(command, context);
    case 'model-list': {
      const models = await client.models.list({});
      output.result(models, () => printModels(models, language));
      return 0;
    }
    case 'model-show': {
      const detail = await client.models.get({ modelId: (await findModel(command.model, context)).id });
      output.result(detail, () => printModel(detail, language));
      return 0;
    }
    case 'model-remove': {
      const { id, name } = await findModel(command.model, context);
      await client.models.delete({ modelId: id, confirmName: name });
      output.result({ modelId: id, name }, () => say(context, 'removed', { name }));
      return 0;
    }
    case 'deploy':
      return deploy(command, context);
    case 'undeploy': {
      const { id, name } = await findDeployment(command.name, context);
      await client.deployments.remove({ deploymentId: id });
      output.result({ deploymentId: id, name }, () => say(context, 'undeployed', { name }));
      return 0;
    }
    case 'chat':
      return chat(command, context);
    case 'key-create':
    case 'key-list':
    case 'key-show':
    case 'key-set':
    case 'key-rotate':
    case 'key-revoke':
      return runKeyCommand(command, context);
    case 'gateway-status':
      return showGateway(await client.gateway.status({}), context);
    case 'gateway-port':
      return showGateway(await client.gateway.setPort({ port: command.port }), context);
    case 'network-show':
    case 'network-change':
    case 'certificate-export':
    case 'certificate-renew':
      return runNetworkCommand(command, context);
    case 'audit-list': {
      const { events } = await client.audit.list({ filter: {}, cursor: null, limit: command.limit });
      output.result(events, () => printAudit(events, language));
      return 0;
    }
    case 'audit-verify':
      return verify(context);
    case 'quantize':
    case 'matrix-compute':
    case 'matrix-import':
    case 'matrix-list':
    case 'matrix-remove':
    case 'prune':
    case 'evaluate':
    case 'approve':
      return runShrinkCommand(command, context);
    case 'adapters-import':
    case 'adapters-list':
    case 'adapters-delete':
    case 'deployments-adapters':
      return runAdapterCommand(command, context);
    case 'deployment-switch':
    case 'deployment-rollback':
    case 'deployment-history':
    case 'deployment-set':
    case 'deployment-memory':
      return runDeploymentCommand(command, context);
    case 'data-import':
    case 'data-list':
    case 'data-show':
    case 'data-rows':
    case 'data-diff':
    case 'data-rename':
    case 'data-delete':
      return runDataCommand(command, context);
    case 'train':
    case 'train-list':
    case 'train-show':
    case 'train-pause':
    case 'train-resume':
    case 'train-finish':
    case 'train-remove':
      return runTrainCommand(command, context);
    case 'benchmark':
    case 'benchmark-list':
    case 'benchmark-export':
    case 'benchmark-import':
    case 'tune':
      return runBenchmarkCommand(command, context);
    case 'usage-summary':
    case 'usage-requests':
    case 'usage-seals':
    case 'usage-export':
      return runUsageCommand(command, context);
    case 'doctor': {
      const checks = await client.system.doctor({});
      output.result(checks, () => printDoctor(checks, language));
      return checks.some((check) => check.state === 'act') ? 1 : 0;
    }
  }
}

async function importModel({ file, name }: Of<'model-import'>, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const source = { kind: 'path' as const, path: resolve(file) };
  const inspection = await client.models.inspect({ source });
  const { jobId } = await client.models.import({ source, target: { kind: 'new-model', name: name ?? inspection.suggestedName }, notes: '' });
  const { objectId } = await followJob(jobId, context);
  const detail = await client.models.get({ modelId: objectId });
  const facts = detail.versions[0]?.facts;
  const format = createFormatter(language);
  output.result(detail, () =>
    say(context, 'imported', {
      name: detail.name,
      architecture: facts?.architecture,
      parameters: format.count(facts?.parameterCount ?? null),
      quantization: facts?.quantization,
      size: format.bytes(detail.versions[0]?.sizeBytes ?? null),
    }),
  );
  return 0;
}

async function deploy(command: Of<'deploy'>, context: CommandContext): Promise<number> {
  const { opened, output, language, signal } = context;
  const { client } = opened;
  const { id: versionId } = await findVersion(command.model, context, 'newest');
  const { recommended, limits: usual } = await client.deployments.fit({ versionId });
  const settings: EngineSettings = {
    backend: command.backend ?? recommended.settings.backend,
    gpuLayers: command.gpuLayers ?? (command.backend === 'cpu' ? 0 : recommended.settings.gpuLayers),
    contextSize: command.contextSize ?? recommended.settings.contextSize,
    parallelSequences: command.parallelSequences ?? recommended.settings.parallelSequences,
    threads: command.threads ?? recommended.settings.threads,
    // What was tuned holds for the backend it was tuned on.
    ...(recommended.settings.performance === undefined || (command.backend ?? recommended.settings.backend) !== recommended.settings.backend ? {} : { performance: recommended.settings.performance }),
  };
  const limits = {
    maxOutputTokens: command.maxOutputTokens ?? usual.maxOutputTokens,
    queueLimit: command.queueLimit ?? usual.queueLimit,
    memoryLimitBytes: command.memoryLimitMb === null ? usual.memoryLimitBytes : command.memoryLimitMb * 1024 * 1024,
    ...(command.queueTimeoutSeconds === null ? {} : { queueTimeoutMs: command.queueTimeoutSeconds * 1000 }),
  };
  const created = await client.deployments.create({ name: command.name, versionId, settings, limits, trialId: null, ...(command.lifecycle === null ? {} : { lifecycle: command.lifecycle }) });
  for (;;) {
    const view = await client.deployments.get({ deploymentId: created.id });
    if (view.state === 'ready') {
      const duration = createFormatter(language).duration(view.loadMs);
      output.result(view, () => say(context, opened.remote ? 'deployed' : 'deployedLater', { name: view.name, duration }));
      return 0;
    }
    if ((view.state === 'failed' || view.state === 'restarting') && view.problem !== null) {
      await client.deployments.remove({ deploymentId: created.id });
      throw expectedFromValue(view.problem);
    }
    if (signal.aborted) {
      await client.deployments.remove({ deploymentId: created.id });
      throw new ExpectedError('CANCELLED', {});
    }
    await pause(50);
  }
}

async function chat({ deployment, text }: Of<'chat'>, context: CommandContext): Promise<number> {
  const { opened, output, language, signal } = context;
  const { client } = opened;
  const { id, state } = await findDeployment(deployment, context);
  if (!opened.remote && state === 'stopped') {
    await client.deployments.start({ deploymentId: id });
    while ((await client.deployments.get({ deploymentId: id })).state === 'starting') await pause(50);
  }
  let answer = '';
  const events = await client.deployments.chat({ deploymentId: id, messages: [{ role: 'user', content: text }], sampling: {} }, { signal });
  for await (const event of events) {
    if (event.kind === 'text') {
      answer += event.text;
      output.stream(event.text);
    }
    if (event.kind !== 'finished') continue;
    const format = createFormatter(language);
    output.streamEnd();
    output.note(
      say(context, 'chatFigures', {
        prompt: event.usage.promptTokens,
        output: event.usage.outputTokens,
        ttft: format.duration(event.timing.ttftMs),
        rate: format.rate(event.timing.outputTokensPerSecond, 'tokens'),
      }),
    );
    output.result({ answer, finish: event.reason, usage: event.usage, timing: event.timing }, () => '');
  }
  return 0;
}

/** A port that was chosen without a running instance was only tried: it opens with the next start. */
function showGateway(status: GatewayStatus, context: CommandContext): number {
  const { opened, output, language } = context;
  const { baseUrl, problem } = status;
  output.result({ ...status, running: opened.remote && status.running }, () => {
    if (problem !== null) {
      const { what, why } = errorSentence(problem, language);
      return `${say(context, 'gatewayDown', { baseUrl })} ${what} ${why}\n${say(context, 'gatewayWayOut', {})}`;
    }
    return say(context, opened.remote ? 'gatewayRunning' : 'gatewayLater', { baseUrl });
  });
  return problem === null ? 0 : 1;
}

async function verify(context: CommandContext): Promise<number> {
  const { opened, output, language, signal } = context;
  const format = createFormatter(language);
  for await (const step of await opened.client.audit.verify({}, { signal })) {
    if (step.kind !== 'result') continue;
    output.result(step, () => {
      const fault = step.firstFault;
      const first =
        fault === null
          ? say(context, 'verifyIntact', {
              checked: format.number(step.checked),
              rate: format.rate(step.checked / Math.max(0.001, step.durationMs / 1000), 'rows'),
              sequence: step.headSequence,
              leaf: step.headLeaf,
            })
          : say(context, 'verifyBroken', { ...fault, fault: catalogue[language].audit.faults[fault.fault] });
      return `${first}\n${say(context, 'verifyLimits', {})}`;
    });
    return step.intact ? 0 : 1;
  }
  return 1;
}
