/** One measured figure: all runs kept, because a single number says nothing about a noisy machine. */
export interface Figure {
  name: string;
  unit: string;
  /** In the order they were taken. */
  runs: number[];
  /** What the house aims at, as a sentence; empty where there is no aim. */
  aim: string;
  met: boolean | null;
}

export interface Summary {
  minimum: number;
  median: number;
  maximum: number;
}

export function summaryOf(runs: readonly number[]): Summary {
  const sorted = [...runs].sort((a, b) => a - b);
  return { minimum: sorted[0] ?? Number.NaN, median: quantile(sorted, 0.5), maximum: sorted.at(-1) ?? Number.NaN };
}

/** Linear between the two nearest ranks; `sorted` ascending. */
export function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

export interface FigureOptions {
  name: string;
  unit: string;
  runs: number[];
  aim?: { words: string; met: (median: number) => boolean };
}

export function figure({ name, unit, runs, aim }: FigureOptions): Figure {
  return { name, unit, runs, aim: aim?.words ?? '', met: aim === undefined ? null : aim.met(summaryOf(runs).median) };
}

export function printFigure({ name, unit, runs, aim, met }: Figure): void {
  const { minimum, median, maximum } = summaryOf(runs);
  const show = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const verdict = met === null ? '' : met ? `   aim ${aim}: met` : `   aim ${aim}: MISSED`;
  process.stdout.write(
    `${name.padEnd(58)} ${show(median).padStart(9)} ${unit.padEnd(10)} (${show(minimum)} … ${show(maximum)}, ${runs.length} runs)${verdict}\n`,
  );
}
