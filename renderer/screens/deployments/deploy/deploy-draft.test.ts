import { expect, it } from 'vitest';
import type { Fit, FitReport } from '../../../../main/contract/deployments.contract.ts';
import { deployCommand, shellWord } from './deploy-command.ts';
import { contextStops, emptyDraft, limitsOf, nameFault, nearestStop, offeredSettings, onBackend, sameSettings, suggestName } from './deploy-draft.ts';

const GIGABYTE = 1024 ** 3;
const settings = { backend: 'cuda', gpuLayers: 33, contextSize: 8192, parallelSequences: 2, threads: 8 } as const;

function fitOf(totalRamBytes: number, problem: Fit['problem'] = null): Fit {
  const prediction = { weightsRamBytes: totalRamBytes, weightsVramBytes: 0, kvRamBytes: 0, kvVramBytes: 0, computeRamBytes: 0, computeVramBytes: 0, totalRamBytes, totalVramBytes: 0 };
  return { settings, prediction, fits: problem === null, problem, maxGpuLayers: 33, trainedContextSize: 32_768 };
}

const report: FitReport = {
  hardware: { cpuName: 'CPU', physicalCores: 8, usableCores: 8, ramTotalBytes: 16 * GIGABYTE, ramAvailableBytes: 12 * GIGABYTE, backends: [], engineRelease: 'b1' },
  recommended: fitOf(2 * GIGABYTE),
  limits: { maxOutputTokens: 4096, queueLimit: 32, memoryLimitBytes: 4 * GIGABYTE },
  why: { code: 'all-on-gpu', data: {} },
};

it.each([
  ['Qwen3 8B Instruct (Q4_K_M)', 'qwen3-8b-instruct-q4_k_m'],
  ['通义千问 7B', '7b'],
  ['病历助手', 'model'],
  ['--x--', 'x'],
  ['a'.repeat(90), 'a'.repeat(64)],
])('suggests a name a program may use for %s', (modelName, expected) => {
  const name = suggestName(modelName, new Set());
  expect(name).toBe(expected);
  expect(nameFault(name, new Set())).toBeNull();
});

it('adds a number to a name that is taken, and stays within the length', () => {
  expect(suggestName('Llama', new Set(['llama', 'llama-2']))).toBe('llama-3');
  const long = 'a'.repeat(64);
  expect(suggestName(long, new Set([long]))).toBe(`${'a'.repeat(62)}-2`);
});

it('says what is wrong with a name', () => {
  expect(nameFault(' ', new Set())).toBe('nameEmpty');
  expect(nameFault('Llama 3', new Set())).toBe('nameWrong');
  expect(nameFault('llama', new Set(['llama']))).toBe('nameTaken');
});

it('moves the memory limit along with settings that need more, never past the machine, and keeps what was entered', () => {
  expect(limitsOf(emptyDraft, report, fitOf(2 * GIGABYTE)).memoryLimitBytes).toBe(4 * GIGABYTE);
  expect(limitsOf(emptyDraft, report, fitOf(4 * GIGABYTE)).memoryLimitBytes).toBe(7 * GIGABYTE);
  expect(limitsOf(emptyDraft, report, fitOf(20 * GIGABYTE)).memoryLimitBytes).toBe(16 * GIGABYTE);
  expect(limitsOf({ ...emptyDraft, limits: { memoryLimitBytes: GIGABYTE } }, report, fitOf(4 * GIGABYTE)).memoryLimitBytes).toBe(GIGABYTE);
});

it('takes all layers on another card, none on the processor, and the recommended number on the recommended one', () => {
  expect(onBackend(settings, 'cpu', report).gpuLayers).toBe(0);
  expect(onBackend(settings, 'vulkan', report).gpuLayers).toBe(33);
  expect(onBackend({ ...settings, backend: 'cpu', gpuLayers: 0 }, 'cuda', report).gpuLayers).toBe(33);
});

it('takes what was tuned only on the backend it was tuned for', () => {
  const performance = { batchSize: 1024, flashAttention: 'on', kvType: 'F16' } as const;
  const tuned: FitReport = { ...report, recommended: { ...report.recommended, settings: { ...settings, performance } } };
  const elsewhere = onBackend({ ...settings, performance }, 'cpu', tuned);
  expect(elsewhere.performance).toBeUndefined();
  expect(onBackend(elsewhere, 'cuda', tuned).performance).toEqual(performance);
  expect(sameSettings(settings, { ...settings, performance })).toBe(false);
  expect(sameSettings({ ...settings, performance: { ...performance } }, { ...settings, performance })).toBe(true);
});

it('turns what would fit into settings', () => {
  const data = { where: 'vram', neededBytes: 9, availableBytes: 8, totalBytes: 8, wouldFit: { backend: 'cuda', gpuLayers: 22, contextSize: 4096 } };
  expect(offeredSettings(fitOf(1, { code: 'DOES_NOT_FIT', data }))).toEqual({ ...settings, gpuLayers: 22, contextSize: 4096 });
  expect(offeredSettings(fitOf(1, { code: 'DOES_NOT_FIT', data: { ...data, wouldFit: null } }))).toBeNull();
  expect(offeredSettings(fitOf(1, { code: 'CONTEXT_TOO_LARGE', data: {} }))?.contextSize).toBe(32_768);
  expect(offeredSettings(fitOf(1))).toBeNull();
});

it('stops the slider at powers of two and at the trained size', () => {
  expect(contextStops(3000)).toEqual([512, 1024, 2048, 3000]);
  expect(contextStops(128)).toEqual([128]);
  expect(nearestStop([512, 1024, 2048], 1500)).toBe(1);
});

it('writes the command with words a shell takes as one', () => {
  const limits = { maxOutputTokens: 2048, queueLimit: 32, memoryLimitBytes: 6_442_450_944 };
  expect(deployCommand('Qwen3 8B', { name: 'qwen', settings, limits })).toBe(
    "modelward deploy 'Qwen3 8B' --name qwen --backend cuda --gpu-layers 33 --context 8192 --parallel 2 --threads 8 --max-output 2048 --queue 32 --memory-limit 6144",
  );
  expect(deployCommand('m', { name: 'n', settings: { ...settings, backend: 'cpu' }, limits })).not.toContain('--gpu-layers');
  expect(shellWord(`it's $5`)).toBe(`"it's \\$5"`);
});
