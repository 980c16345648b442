import type { Sentences } from './sentences.ts';

/** On a pipe a line is printed each time this many more percent (or megabytes, without a known size) have come. */
const pipeStep = 10;
const redrawMs = 100;

/**
 * Shows the download: one line that is redrawn on a terminal, one line every ten percent on a pipe or in a log.
 *
 * @returns a function to call with each report, and one to call at the end
 */
export function createProgressLine(output: NodeJS.WriteStream, sentences: Sentences): { update: (doneBytes: number, totalBytes: number | undefined) => void; end: () => void } {
  const startedAt = performance.now();
  let drawnAt = 0;
  let lastStep = -1;
  let drawn = false;
  return {
    update: (doneBytes, totalBytes) => {
      const now = performance.now();
      const percent = totalBytes === undefined ? undefined : Math.floor((100 * doneBytes) / totalBytes);
      const megabytes = doneBytes / 1e6;
      const line = sentences.progress(percent, megabytes, megabytes / Math.max(0.001, (now - startedAt) / 1000));
      if (output.isTTY) {
        if (now - drawnAt < redrawMs && doneBytes !== totalBytes) return;
        drawnAt = now;
        drawn = true;
        output.write(`\r${line}\u001B[K`);
      } else {
        const step = Math.floor((percent ?? megabytes) / pipeStep);
        if (step === lastStep) return;
        lastStep = step;
        output.write(`${line}\n`);
      }
    },
    end: () => {
      if (drawn) output.write('\n');
    },
  };
}
