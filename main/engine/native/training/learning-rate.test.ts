import { describe, expect, it } from 'vitest';
import { learningRateAt } from './learning-rate.ts';
import type { LearningRatePlan } from './learning-rate.ts';

const plan: LearningRatePlan = { shape: 'cosine', peak: 1e-3, floorShare: 0.1, warmupSteps: 10, totalSteps: 111 };

describe('learningRateAt', () => {
  it('grows evenly to the peak while it warms up', () => {
    expect(learningRateAt(plan, 0)).toBeCloseTo(1e-4, 12);
    expect(learningRateAt(plan, 4)).toBeCloseTo(5e-4, 12);
    expect(learningRateAt(plan, 9)).toBeCloseTo(1e-3, 12);
    expect(learningRateAt(plan, 10)).toBeCloseTo(1e-3, 12);
  });

  it('falls along half a cosine to the floor and stays there', () => {
    expect(learningRateAt(plan, 60)).toBeCloseTo(5.5e-4, 12);
    expect(learningRateAt(plan, 35)).toBeCloseTo(1e-4 + 0.5 * 9e-4 * (1 + Math.SQRT1_2), 12);
    expect(learningRateAt(plan, 110)).toBeCloseTo(1e-4, 12);
    expect(learningRateAt(plan, 500)).toBeCloseTo(1e-4, 12);
  });

  it('falls evenly, or stays', () => {
    expect(learningRateAt({ ...plan, shape: 'linear' }, 35)).toBeCloseTo(1e-3 - 0.25 * 9e-4, 12);
    expect(learningRateAt({ ...plan, shape: 'linear' }, 110)).toBeCloseTo(1e-4, 12);
    expect(learningRateAt({ ...plan, shape: 'constant' }, 110)).toBe(1e-3);
  });

  it('begins at the peak without a warm-up, and has a rate where there is nothing to fall over', () => {
    expect(learningRateAt({ ...plan, warmupSteps: 0 }, 0)).toBe(1e-3);
    expect(learningRateAt({ ...plan, warmupSteps: 0, totalSteps: 1 }, 0)).toBeCloseTo(1e-4, 12);
    expect(learningRateAt({ ...plan, warmupSteps: 20, totalSteps: 10 }, 9)).toBeCloseTo(5e-4, 12);
  });
});
