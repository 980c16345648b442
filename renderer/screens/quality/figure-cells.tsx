import type { BenchmarkRow } from '../../../main/contract/benchmarks.contract.ts';
import type { EnginePerformance, EngineSettings } from '../../../main/contract/deployments.contract.ts';
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

/** A ratio with digits that tell: 12.4, 1.08, 0.004. */
export function ratioText(ratio: number, format: Formatter): string {
  return format.number(ratio, ratio >= 10 ? 1 : ratio >= 0.1 ? 2 : 4);
}

/** Settings auto-tuning may change; the engine's defaults where they are not set. */
export function performanceOf({ performance }: EngineSettings): EnginePerformance {
  return performance ?? { batchSize: 512, flashAttention: 'auto', kvType: 'F16' };
}

/** The same in one line. */
export function performanceLine(settings: EngineSettings, t: Translate, format: Formatter): string {
  const { batchSize, flashAttention, kvType } = performanceOf(settings);
  return t('quality.performance.line', { batch: format.number(batchSize), flash: t(`quality.performance.flash.${flashAttention}`), kv: kvType });
}

const backends: ReadonlySet<string> = new Set<EngineSettings['backend']>(['cpu', 'cuda', 'vulkan', 'metal']);

/** The name of a backend; an imported one may be any text, and is shown as it is. */
export function backendName(backend: string, t: Translate): string {
  if (backend === '') return t('quality.backends.imported');
  return backends.has(backend) ? t(`engine.backends.${backend as EngineSettings['backend']}`) : backend;
}
