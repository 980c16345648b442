export type NativeFailureReason =
  /** The prebuilt llama.cpp is not installed or cannot be loaded. */
  | 'library-missing'
  /** Its release or its structures are not the ones this binding was written for. */
  | 'layout-changed'
  | 'model-not-loaded'
  | 'context-not-created'
  | 'decode-failed'
  | 'tokenize-failed'
  | 'grammar-refused'
  | 'adapter-not-loaded'
  | 'quantize-failed';

/** llama.cpp said no, or is not what this binding knows. `detail` holds its own words where it had any. */
export class NativeFailure extends Error {
  readonly reason: NativeFailureReason;
  readonly detail: string;

  constructor(reason: NativeFailureReason, detail: string) {
    super(`${reason}: ${detail}`);
    this.name = 'NativeFailure';
    this.reason = reason;
    this.detail = detail;
  }
}
