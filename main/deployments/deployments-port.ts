import type { z } from 'zod';
import type { Adapter } from '../contract/adapters.contract.ts';
import type {
  AdapterChoice,
  ChatEvent,
  ChatMessage,
  ComparisonEvent,
  DeploymentLimits,
  DeploymentView,
  EngineSettings,
  Fit,
  FitReport,
  Lifecycle,
  Sampling,
  TrialEvent,
  deploymentLimitsSchema,
} from '../contract/deployments.contract.ts';
import type { MemoryBudget, MemoryView } from '../contract/deployment-memory.contract.ts';
import type { DeploymentVersions, SwitchChoice } from '../contract/deployment-versions.contract.ts';
import type { EngineStats } from '../engine/supervisor/supervised-engine.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { Engines } from './engines.ts';
import type { ProgramRequests } from './program-requests.ts';
import type { Switching } from './switching.ts';
import type { TryOut } from './try-out.ts';

export interface NewDeployment {
  name: string;
  versionId: string;
  settings: EngineSettings;
  limits: z.infer<typeof deploymentLimitsSchema>;
  trialId: string | null;
  /** Left out: pinned. */
  lifecycle?: Lifecycle | undefined;
}

export interface DeploymentsService extends ProgramRequests {
  fit(versionId: string): Promise<FitReport>;
  predict(input: { versionId: string; settings: EngineSettings }): Promise<Fit>;
  trial(
    interaction: Interaction,
    input: { name: string; versionId: string; settings: EngineSettings; limits: DeploymentLimits; question: string; documents?: string[] | undefined },
  ): AsyncGenerator<TrialEvent, void, void>;
  endTrial(trialId: string): Promise<void>;
  create(interaction: Interaction, input: NewDeployment): Promise<DeploymentView>;
  list(): DeploymentView[];
  get(deploymentId: string): DeploymentView;
  start(interaction: Interaction, deploymentId: string): Promise<DeploymentView>;
  stop(interaction: Interaction, deploymentId: string): Promise<DeploymentView>;
  setAdapters(interaction: Interaction, input: { deploymentId: string; adapters: AdapterChoice[] }): Promise<DeploymentView>;
  /** The same question with different adapters; each answer leaves an event like a person's question. */
  compareAdapters(
    interaction: Interaction,
    input: { deploymentId: string; messages: ChatMessage[]; sampling: Sampling; variants: AdapterChoice[][] },
  ): AsyncGenerator<ComparisonEvent, void, void>;
  /** Deployments that have an adapter attached. */
  attachedTo(adapterId: string): Adapter['deployments'];
  remove(interaction: Interaction, deploymentId: string): Promise<void>;
  /** A person's question; leaves an event with counts and times, never the text. */
  chat(interaction: Interaction, input: { deploymentId: string; messages: ChatMessage[]; sampling: Sampling }): AsyncGenerator<ChatEvent, void, void>;
  /** A person's texts for an embedding or a reranking model. */
  readonly tryOut: TryOut;
  /** Cumulative figures of each deployment's engine; null where none runs. */
  figures(): { view: DeploymentView; stats: EngineStats | null }[];
  /** Switching a live deployment to another version and back. */
  readonly switching: Switching;
  versions(deploymentId: string): DeploymentVersions;
  switchChoices(deploymentId: string): { choices: SwitchChoice[]; notOffered: number };
  setLifecycle(interaction: Interaction, input: { deploymentId: string; lifecycle: Lifecycle }): Promise<DeploymentView>;
  memory(): Promise<MemoryView>;
  setMemoryBudget(interaction: Interaction, budget: MemoryBudget): Promise<MemoryView>;
  /** The engine for one request to a deployment, loaded first where it sleeps; see Engines. Every kind of request goes through this. */
  engineForRequest: Engines['engineForRequest'];
  /** Ends engines that nobody has asked for long enough. Called now and then by the service itself. */
  unloadIdle(): void;
  /** Starts again what ran when the application ended; what is loaded on demand waits for its first request. */
  resume(): Promise<void>;
  dispose(): Promise<void>;
}
