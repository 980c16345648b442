import type { Tuning, TuningTrial } from '../../contract/benchmarks.contract.ts';
import type { EngineSettings } from '../../contract/deployments.contract.ts';
import { medianOf } from '../measuring/spread.ts';
import { judge, standingOf } from './compare-speeds.ts';
import type { Duel, SpeedKind, Speeds, Standing } from './compare-speeds.ts';
import { ladderOf, settingOf, threadsBeside, withSetting } from './tuning-space.ts';
import type { TunedSetting, TuningSpace } from './tuning-space.ts';

/** A setting that does not run (no memory for it, refused by llama.cpp): noted with its words, and the search goes on. */
export class TrialProblem extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TrialProblem';
  }
}

export type TunePhase = 'default' | 'gpu-layers' | 'threads' | 'batch' | 'flash-attention' | 'kv-type' | 'confirm';

export interface TuneOrder {
  space: TuningSpace;
  budgetMs: number;
  /** One short measurement of the kinds asked for. Raises TrialProblem; whatever else it raises ends the search. */
  measure(settings: EngineSettings, kinds: readonly SpeedKind[]): Promise<Speeds>;
  /** Milliseconds since any fixed moment. */
  nowMs(): number;
  onPhase?: (phase: TunePhase) => void;
  /** After each measurement: how much of the budget is used, 0 to 1; how many settings were tried; the best so far over the default. */
  onProgress?: (share: number, soFar: { trials: number; best: number }) => void;
}

export type TuneOutcome = Pick<Tuning, 'default' | 'chosen' | 'trials' | 'explanation'>;
type Explained = Tuning['explanation'][number];

/** Share of the budget after which nothing new is tried: the rest belongs to the comparison with the default. */
const searchShare = 0.75;
const mostPairs = 6;
/** Even, so that both were first equally often. */
const fewestConfirmPairs = 4;
const mostConfirmPairs = 10;
/** What a cache with fewer bits must gain to be worth its loss of accuracy. */
const smallerKvGain = Math.log(1.03);
const both: readonly SpeedKind[] = ['prompt', 'generation'];

const stages: readonly { setting: TunedSetting; phase: TunePhase; kinds: readonly SpeedKind[] }[] = [
  { setting: 'gpuLayers', phase: 'gpu-layers', kinds: both },
  { setting: 'threads', phase: 'threads', kinds: both },
  // Generated tokens come one by one, however large a batch may be.
  { setting: 'batchSize', phase: 'batch', kinds: ['prompt'] },
  { setting: 'flashAttention', phase: 'flash-attention', kinds: both },
  { setting: 'kvType', phase: 'kv-type', kinds: both },
];

/**
 * Finds better settings by measuring, one setting after the other, each candidate in turn with the best so far (drift of the machine then
 * cancels), with few measurements where the difference is large and more where it is small. In the end what was found is measured
 * against where it began, again in turn: if it is not better, the beginning is kept.
 */
export async function autoTune(order: TuneOrder): Promise<TuneOutcome> {
  const search = new Search(order);
  await search.begin();
  for (const stage of stages) await search.stage(stage);
  return search.confirm();
}

interface Tried {
  settings: EngineSettings;
  speeds: Speeds[];
  /** Speeds of kinds that were not measured with these settings because they cannot differ from another's. */
  untouched: Speeds;
  score: number;
  problem: string | null;
}

class Search {
  private readonly order: TuneOrder;
  private readonly startedAt: number;
  private readonly seen = new Map<string, Tried>();
  private readonly explanation: Explained[] = [];
  private best: EngineSettings;
  /** Natural logarithm of the best so far over the default, step by step from paired measurements. */
  private bestLog = 0;

  constructor(order: TuneOrder) {
    this.order = order;
    this.startedAt = order.nowMs();
    this.best = order.space.settings;
  }

  /** The default alone: whether it runs at all, and the first look at its speed. What it raises ends the search. */
  async begin(): Promise<void> {
    this.order.onPhase?.('default');
    await this.measure(this.best, both);
  }

  async stage({ setting, phase, kinds }: (typeof stages)[number]): Promise<void> {
    const from = settingOf(this.best, setting);
    const ladder = ladderOf(setting, this.best, this.order.space);
    const explain = (outcome: Explained['outcome'], gain = 1): void => {
      this.explanation.push({ setting, from, to: settingOf(this.best, setting), gain, outcome });
    };
    const matters = this.order.space.goal === 'balanced' || kinds.includes(this.order.space.goal);
    if (!matters || ladder.down.length + ladder.up.length === 0) return explain('not-applicable');
    if (this.isTimeUp()) return explain('not-tried-no-time');
    this.order.onPhase?.(phase);
    const before = this.bestLog;
    let tied = false;
    for (const values of [ladder.down, ladder.up]) {
      // Having climbed one side of a hill, there is nothing on the other.
      if (settingOf(this.best, setting) !== from) break;
      tied = (await this.climb({ setting, kinds, values })) || tied;
    }
    if (setting === 'threads' && this.best.threads !== from) {
      const beside = threadsBeside(this.best, this.order.space);
      for (const values of [beside.down, beside.up]) await this.climb({ setting, kinds, values: values.filter((count) => !this.wasTried(withSetting(this.best, setting, count))) });
    }
    if (settingOf(this.best, setting) !== from) return explain('better', Math.exp(this.bestLog - before));
    return explain(tied ? 'no-difference' : 'default-is-best');
  }

  /** Goes from value to value until one is worse; answers whether any was as good as what is kept. */
  private async climb({ setting, kinds, values }: { setting: TunedSetting; kinds: readonly SpeedKind[]; values: readonly (string | number)[] }): Promise<boolean> {
    let ties = 0;
    for (const value of values) {
      if (this.isTimeUp()) break;
      const result = await this.challenge(withSetting(this.best, setting, value), kinds, setting === 'kvType' ? smallerKvGain : undefined);
      if (result === 'same') ties += 1;
      // "auto" is "on" or "off": once one of them differs from it, it is the other one.
      if (setting === 'flashAttention' && result !== 'same') break;
      // Thread counts are steps and no slope; of everything else, what follows a worse value is worse still.
      if (setting !== 'threads' && (result === 'worse' || ties > 1)) break;
    }
    return ties > 0;
  }

  private wasTried(settings: EngineSettings): boolean {
    return (this.seen.get(keyOf(settings))?.speeds.length ?? 0) > 0;
  }

  private async challenge(candidate: EngineSettings, kinds: readonly SpeedKind[], needed?: number): Promise<'better' | 'worse' | 'same'> {
    const duel: Duel = { incumbent: [], candidate: [] };
    let standing: Standing | null = null;
    let verdict: ReturnType<typeof judge> = 'open';
    try {
      while (verdict === 'open') {
        await this.pair(duel, { incumbent: this.best, candidate }, kinds);
        standing = standingOf(duel, this.order.space.goal);
        verdict = judge(standing, this.isTimeUp() ? standing.pairs : mostPairs, needed);
      }
    } catch (error) {
      if (!(error instanceof TrialProblem)) throw error;
      this.entry(candidate).problem = error.message;
      return 'worse';
    }
    const log = this.bestLog + (standing?.logRatio ?? 0);
    const entry = this.entry(candidate);
    entry.score = Math.exp(log);
    // What a setting does not touch is as fast as in the settings it was compared with.
    for (const kind of both) if (!kinds.includes(kind)) entry.untouched[kind] = medianOfKind(this.entry(this.best), kind);
    if (verdict !== 'better') return verdict;
    this.best = candidate;
    this.bestLog = log;
    return 'better';
  }

  /** Who goes first changes from pair to pair, so that neither always follows the other. */
  private async pair(duel: Duel, { incumbent, candidate }: Record<keyof Duel, EngineSettings>, kinds: readonly SpeedKind[]): Promise<void> {
    if (duel.candidate.length % 2 === 0) {
      const first = await this.measure(incumbent, kinds);
      const second = await this.measure(candidate, kinds);
      duel.incumbent.push(first);
      duel.candidate.push(second);
      return;
    }
    const first = await this.measure(candidate, kinds);
    duel.incumbent.push(await this.measure(incumbent, kinds));
    duel.candidate.push(first);
  }

  async confirm(): Promise<TuneOutcome> {
    const start = this.order.space.settings;
    if (keyOf(this.best) === keyOf(start)) return this.outcome(start, 1);
    this.order.onPhase?.('confirm');
    const duel: Duel = { incumbent: [], candidate: [] };
    let standing: Standing;
    do {
      await this.pair(duel, { incumbent: start, candidate: this.best }, both);
      standing = standingOf(duel, this.order.space.goal);
    } while (standing.pairs < fewestConfirmPairs || standing.pairs % 2 === 1 || (standing.pairs < mostConfirmPairs && this.usedShare() < 1 && standing.logRatio < 3 * standing.error));
    if (standing.logRatio - standing.error > 0) return this.outcome(this.best, Math.exp(standing.logRatio), duel.candidate);
    for (const entry of this.explanation) {
      if (entry.outcome === 'better') Object.assign(entry, { to: entry.from, gain: 1, outcome: 'no-difference' } satisfies Partial<Explained>);
    }
    return this.outcome(start, 1);
  }

  private outcome(chosen: EngineSettings, score: number, confirmed?: readonly Speeds[]): TuneOutcome {
    const trials = [...this.seen.values()].map((entry): TuningTrial => ({ ...speedsOf(entry), settings: entry.settings, score: entry.score, problem: entry.problem }));
    const trialOf = (settings: EngineSettings): TuningTrial => {
      return { settings, ...speedsOf(this.entry(settings)), score: 1, problem: null };
    };
    const best = trialOf(chosen);
    return {
      default: trialOf(this.order.space.settings),
      chosen: { ...best, ...(confirmed === undefined ? {} : speedsOf({ speeds: confirmed, untouched: {} })), score },
      trials,
      explanation: this.explanation,
    };
  }

  private async measure(settings: EngineSettings, kinds: readonly SpeedKind[]): Promise<Speeds> {
    const entry = this.entry(settings);
    const speeds = await this.order.measure(settings, kinds);
    entry.speeds.push(speeds);
    this.order.onProgress?.(Math.min(1, this.usedShare()), { trials: this.seen.size, best: Math.exp(this.bestLog) });
    return speeds;
  }

  private entry(settings: EngineSettings): Tried {
    const key = keyOf(settings);
    let entry = this.seen.get(key);
    if (entry === undefined) this.seen.set(key, (entry = { settings, speeds: [], untouched: {}, score: 1, problem: null }));
    return entry;
  }

  private usedShare(): number {
    return (this.order.nowMs() - this.startedAt) / this.order.budgetMs;
  }

  private isTimeUp(): boolean {
    return this.usedShare() >= searchShare;
  }
}

/** Medians; 0 where a setting did not run. */
function speedsOf(tried: Pick<Tried, 'untouched'> & { speeds: readonly Speeds[] }): Pick<TuningTrial, 'promptTokensPerSecond' | 'generationTokensPerSecond'> {
  return { promptTokensPerSecond: medianOfKind(tried, 'prompt'), generationTokensPerSecond: medianOfKind(tried, 'generation') };
}

function medianOfKind({ speeds, untouched }: Pick<Tried, 'untouched'> & { speeds: readonly Speeds[] }, kind: SpeedKind): number {
  const values = speeds.flatMap((each) => each[kind] ?? []);
  return values.length === 0 ? (untouched[kind] ?? 0) : medianOf(values);
}

function keyOf({ gpuLayers, threads, ...settings }: EngineSettings): string {
  return JSON.stringify([gpuLayers, threads, ...(['batchSize', 'flashAttention', 'kvType'] as const).map((setting) => settingOf({ gpuLayers, threads, ...settings }, setting))]);
}
