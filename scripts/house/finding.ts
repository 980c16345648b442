/** A broken house rule: where, which, and what to do about it. */
export interface Finding {
  /** Relative to the checkout, with forward slashes. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}
