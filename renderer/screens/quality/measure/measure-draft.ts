import type { BenchmarkPlan, BenchmarkSubject } from '../../../../main/contract/benchmarks.contract.ts';
import type { DeploymentView, EngineSettings } from '../../../../main/contract/deployments.contract.ts';
import { shellWord } from '../../deployments/deploy/deploy-command.ts';
import type { ChosenVersion } from '../version-picker.tsx';
import { planWithin, presetPlans } from './measure-plan.ts';
import type { Preset } from './measure-plan.ts';

export type SettingsChoice = 'recommended' | 'tuned' | 'own';

/** What the person has entered so far. */
export interface MeasureDraft {
  kind: BenchmarkSubject['kind'];
  version: ChosenVersion | null;
  deploymentId: string | null;
  preset: Preset;
  /** Kept as entered while another preset is looked at. */
  own: BenchmarkPlan;
  /** The lists of the own choice as typed, which may not be lists yet. */
  typed: Record<'promptSizes' | 'generationSizes' | 'streams', string>;
  settingsChoice: SettingsChoice;
  /** Null while the recommendation is taken. */
  settings: EngineSettings | null;
  label: string;
}

export const MEASURE_STATE = 'measure/';

const typedOf = (plan: BenchmarkPlan): MeasureDraft['typed'] => ({
  promptSizes: plan.promptSizes.join(', '),
  generationSizes: plan.generationSizes.join(', '),
  streams: plan.streams.join(', '),
});

export const emptyDraft: MeasureDraft = {
  kind: 'version',
  version: null,
  deploymentId: null,
  preset: 'usual',
  own: presetPlans.usual,
  typed: typedOf(presetPlans.usual),
  settingsChoice: 'recommended',
  settings: null,
  label: '',
};

/** A chat template and the beginning of an answer take room of a deployment's context besides what is measured. */
const TEMPLATE_TOKENS = 96;
/** Where the file does not say what the model was trained for. */
const UNKNOWN_CONTEXT = 4096;

/** Tokens a single measurement may have: the model's trained context, or a deployment's own. */
export function contextOf(draft: MeasureDraft, deployment: DeploymentView | null): number {
  if (draft.kind === 'deployment') return deployment === null ? UNKNOWN_CONTEXT : Math.max(32, deployment.settings.contextSize - TEMPLATE_TOKENS);
  const trained = draft.version?.contextLength ?? 0;
  return trained > 0 ? trained : UNKNOWN_CONTEXT;
}

/** The plan in effect. */
export function planOf(draft: MeasureDraft, contextSize: number): BenchmarkPlan {
  return draft.preset === 'own' ? draft.own : planWithin(presetPlans[draft.preset], contextSize);
}

/** Another preset. An own choice begins with what was chosen before: its numbers stand in the fields. */
export function withPreset(draft: MeasureDraft, preset: Preset, contextSize: number): MeasureDraft {
  if (preset !== 'own' || draft.preset === 'own') return { ...draft, preset };
  const own = planOf(draft, contextSize);
  return { ...draft, preset, own, typed: typedOf(own) };
}

/** The same on the command line; a list that is left out is written 0. */
export function measureCommand(subject: { model: string; versionNumber: number } | { deployment: string }, plan: BenchmarkPlan, { settings, label }: { settings: EngineSettings | null; label: string }): string {
  const words = ['modelward', 'benchmark'];
  if ('deployment' in subject) words.push('--deployment', shellWord(subject.deployment));
  else words.push(shellWord(`${subject.model}@${String(subject.versionNumber)}`));
  words.push('--prompt', listWord(plan.promptSizes), '--generate', listWord(plan.generationSizes));
  if (plan.streams.length > 0) {
    words.push('--streams', listWord(plan.streams), '--stream-prompt', String(plan.streamPromptTokens), '--stream-output', String(plan.streamOutputTokens));
  }
  words.push('--repeats', String(plan.repeats));
  if (!plan.warmUp) words.push('--no-warm-up');
  if (settings !== null) {
    const { backend, gpuLayers, contextSize, threads } = settings;
    words.push('--backend', backend, ...(backend === 'cpu' ? [] : ['--gpu-layers', String(gpuLayers)]), '--context', String(contextSize), '--threads', String(threads));
  }
  if (label.trim() !== '') words.push('--name', shellWord(label.trim()));
  return words.join(' ');
}

function listWord(numbers: readonly number[]): string {
  return numbers.length === 0 ? '0' : numbers.join(',');
}
