import type { BenchmarkRow, Percentiles } from '../../../main/contract/benchmarks.contract.ts';
import type { EngineSettings } from '../../../main/contract/deployments.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import { digitsOf } from './figures.ts';

type Translate = ReturnType<typeof useTexts>['t'];

/** What a row measured, in words. */
export function testName(row: Pick<BenchmarkRow, 'test' | 'promptTokens' | 'outputTokens' | 'streams'>, t: Translate, format: Formatter): string {
  const prompt = format.number(row.promptTokens);
  const output = format.number(row.outputTokens);
  if (row.test === 'streams') return t('quality.figures.tests.streams', { count: row.streams, prompt, output });
  return t(`quality.figures.tests.${row.test}`, { prompt, output });
}

/** A figure with as many digits as it carries, without its unit. */
export function figureText(value: number | null, format: Formatter): string {
  return value === null ? '–' : format.number(value, digitsOf(value));
}

/** "12 / 30 / 41", in ms. */
export function percentilesText(times: Percentiles | null, format: Formatter): string {
  if (times === null) return '–';
  return [times.p50, times.p95, times.p99].map((value) => figureText(value, format)).join(' / ');
}

/** Settings auto-tuning may change, in one line; the engine's defaults where they are not set. */
export function performanceLine({ performance }: EngineSettings, t: Translate, format: Formatter): string {
  const { batchSize, flashAttention, kvType } = performance ?? { batchSize: 512, flashAttention: 'auto' as const, kvType: 'F16' as const };
  return t('quality.performance.line', { batch: format.number(batchSize), flash: t(`quality.performance.flash.${flashAttention}`), kv: kvType });
}

const backends: ReadonlySet<string> = new Set<EngineSettings['backend']>(['cpu', 'cuda', 'vulkan', 'metal']);

/** The name of a backend; an imported one may be any text, and is shown as it is. */
export function backendName(backend: string, t: Translate): string {
  if (backend === '') return t('quality.backends.imported');
  return backends.has(backend) ? t(`engine.backends.${backend as EngineSettings['backend']}`) : backend;
}
