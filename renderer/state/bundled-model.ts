import { create } from 'zustand';
import type { Language } from '../../main/contract/accounts.contract.ts';
import type { DeploymentView } from '../../main/contract/deployments.contract.ts';
import type { JobView } from '../../main/contract/jobs.contract.ts';
import type { BundledModel } from '../../main/contract/models.contract.ts';
import { asError } from '../client/as-error.ts';
import type { AppError } from '../client/as-error.ts';
import { client } from '../client/connection.ts';
import { useQuery } from './queries.ts';
import { useMay, useSession } from './session.ts';
import { onTopic } from './topics.ts';
import type { Topic } from './topics.ts';
import { keepValue, keptValue } from './view-state.ts';

/** The model in the box, where the installation has one; whether it has been imported. */
export function useBundledModel() {
  const enabled = useMay('models.read');
  return useQuery('models/bundled', (signal) => client.models.bundled({}, { signal }), { topics: ['models'], enabled });
}

/** Where the question that is being written to a deployment is kept. */
export const questionKeyOf = (deploymentId: string): string => `playground/${deploymentId}/text`;
/** Set where the next look at a conversation begins in the field for the question. */
export const QUESTION_FOCUS_KEY = 'playground/focus';

export const TRY_PHASES = ['importing', 'deploying', 'loading'] as const;
export type TryPhase = (typeof TRY_PHASES)[number];

/** How far trying the model in the box is. Kept here, so that looking elsewhere meanwhile stops nothing. */
export interface BundledTry {
  state: 'idle' | 'running' | 'stopped' | 'failed' | 'ready';
  phase: TryPhase;
  /** The import, while it runs. */
  jobId: string | null;
  deploymentId: string | null;
  error: AppError | null;
}

const atRest: BundledTry = { state: 'idle', phase: 'importing', jobId: null, deploymentId: null, error: null };
export const useBundledTry = create<BundledTry>(() => atRest);

/** What programs call it by; a number is added where that is taken. */
const DEPLOYMENT_NAME = 'help-desk';
/** Besides events: how often it is looked again, should one have been missed. */
const LOOK_EVERY_MS = 1000;

/** Ends the attempt of whoever signs out. */
let attempt = 0;
useSession.subscribe(({ session }) => {
  if (session !== null) return;
  attempt += 1;
  useBundledTry.setState(atRest);
});

class Stopped extends Error {}

/**
 * Imports the model in the box, deploys it with what is recommended and waits until it answers, with a first question written into
 * the field. What is done already is left out; a second call while one runs does nothing. Answers the deployment's id, or null where
 * it did not come to that: why stands in `useBundledTry`.
 */
export async function tryBundledModel(language: Language): Promise<string | null> {
  if (useBundledTry.getState().state === 'running') return null;
  attempt += 1;
  const mine = attempt;
  const say = (part: Partial<BundledTry>): void => {
    if (mine === attempt) useBundledTry.setState(part);
  };
  useBundledTry.setState({ ...atRest, state: 'running' });
  try {
    const bundled = await imported(say);
    say({ phase: 'deploying', jobId: null });
    const deployment = await deployed(bundled.imported.versionId);
    say({ phase: 'loading', deploymentId: deployment.id });
    await untilReady(deployment.id);
    if (mine !== attempt) return null;
    const [question] = bundled.examples[language];
    const key = questionKeyOf(deployment.id);
    if (question !== undefined && (keptValue(key) ?? '') === '') keepValue(key, question);
    keepValue(QUESTION_FOCUS_KEY, deployment.id);
    say({ state: 'ready' });
    return deployment.id;
  } catch (thrown) {
    if (thrown instanceof Stopped) say({ state: 'stopped', jobId: null });
    else say({ state: 'failed', jobId: null, error: thrown instanceof Refused ? thrown.error : asError(thrown) });
    return null;
  }
}

class Refused extends Error {
  readonly error: AppError;
  constructor(error: AppError) {
    super(error.code);
    this.error = error;
  }
}

type Imported = BundledModel & { imported: NonNullable<BundledModel['imported']> };

async function imported(say: (part: Partial<BundledTry>) => void): Promise<Imported> {
  const before = await client.models.bundled({});
  if (before === null) throw new Refused({ code: 'BUNDLED_MODEL_MISSING', data: {} });
  if (!isImported(before)) {
    const { jobId } = await client.models.importBundled({});
    say({ jobId });
    const job = await until(['jobs'], async () => ended(await client.jobs.get({ jobId })));
    // Somebody else, or an earlier attempt, has been quicker: it is here, and that is what was wanted.
    const known = job.state === 'failed' && job.error?.code === 'MODEL_ALREADY_IMPORTED';
    if (job.state === 'failed' && !known) throw new Refused(job.error ?? { code: 'BUG', data: { referenceId: job.id } });
    if (job.state === 'cancelled' || job.state === 'interrupted') throw new Stopped();
  }
  const after = await client.models.bundled({});
  if (after === null || !isImported(after)) throw new Refused({ code: 'BUNDLED_MODEL_MISSING', data: {} });
  return after;
}

function isImported(bundled: BundledModel): bundled is Imported {
  return bundled.imported !== null;
}

function ended(job: JobView): JobView | null {
  return job.state === 'queued' || job.state === 'running' ? null : job;
}

/** The deployment of the version: the one that there is, started where it rests, else a new one. */
async function deployed(versionId: string): Promise<DeploymentView> {
  const all = await client.deployments.list({});
  const there = all.filter((each) => each.versionId === versionId);
  const usable = there.find(({ state }) => state === 'ready' || state === 'sleeping') ?? there.find(({ state }) => state === 'starting' || state === 'restarting') ?? there[0];
  if (usable !== undefined) {
    return usable.state === 'stopped' || usable.state === 'failed' ? client.deployments.start({ deploymentId: usable.id }) : usable;
  }
  const { recommended, limits } = await client.deployments.fit({ versionId });
  if (recommended.problem !== null) throw new Refused(recommended.problem);
  const taken = new Set(all.map(({ name }) => name));
  let name = DEPLOYMENT_NAME;
  for (let number = 2; taken.has(name); number += 1) name = `${DEPLOYMENT_NAME}-${String(number)}`;
  return client.deployments.create({ name, versionId, settings: recommended.settings, limits, trialId: null });
}

async function untilReady(deploymentId: string): Promise<void> {
  await until(['deployments'], async () => {
    const { state, problem } = await client.deployments.get({ deploymentId });
    if (state === 'failed') throw new Refused(problem ?? { code: 'BUG', data: { referenceId: deploymentId } });
    if (state === 'stopped' || state === 'stopping') throw new Stopped();
    return state === 'ready' || state === 'sleeping' ? true : null;
  });
}

/** Looks again after every event of the topics, and now and then, until there is an answer. */
async function until<Answer>(topics: readonly Topic[], look: () => Promise<Answer | null>): Promise<Answer> {
  for (;;) {
    const answer = await look();
    if (answer !== null) return answer;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        for (const end of ends) end();
        resolve();
      };
      const timer = setTimeout(go, LOOK_EVERY_MS);
      const ends = topics.map((topic) => onTopic(topic, go));
    });
  }
}
