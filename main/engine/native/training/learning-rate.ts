export type LearningRateShape = 'constant' | 'linear' | 'cosine';

export interface LearningRatePlan {
  readonly shape: LearningRateShape;
  /** The highest rate, reached at the end of the warm-up. */
  readonly peak: number;
  /** The lowest, reached with the last step; a share of the peak, 0 to 1. A constant rate has none. */
  readonly floorShare: number;
  /** Steps in which the rate grows evenly from peak / warmupSteps to the peak. */
  readonly warmupSteps: number;
  readonly totalSteps: number;
}

/**
 * The learning rate of a step, counted from 0: warm-up and then constant, falling evenly, or along half a cosine without restarts
 * (Loshchilov & Hutter 2017, "SGDR", equation 5; the warm-up is that of Goyal et al. 2017, section 2.2). Steps behind the last have
 * the rate of the last.
 */
export function learningRateAt({ shape, peak, floorShare, warmupSteps, totalSteps }: LearningRatePlan, step: number): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const falling = totalSteps - 1 - warmupSteps;
  const progress = falling <= 0 ? 1 : Math.min(1, (step - warmupSteps) / falling);
  const floor = peak * floorShare;
  switch (shape) {
    case 'constant':
      return peak;
    case 'linear':
      return peak - (peak - floor) * progress;
    case 'cosine':
      return floor + ((peak - floor) * (1 + Math.cos(Math.PI * progress))) / 2;
  }
}
