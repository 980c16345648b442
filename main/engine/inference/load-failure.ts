import type { ErrorValue } from '../../contract/errors.ts';

/** Loading failed for a reason that can be named; carries the error as it crosses to the supervisor. */
export class LoadFailure extends Error {
  readonly value: ErrorValue;

  constructor(value: ErrorValue, cause?: unknown) {
    super(value.code, { cause });
    this.value = value;
  }
}

export interface LoadHooks {
  /** 0 to 1. */
  onProgress: (fraction: number) => void;
  /** llama.cpp's own words, warnings and worse. */
  onLog: (line: string) => void;
}
