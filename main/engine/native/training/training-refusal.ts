export type TrainingRefusalReason =
  /** This architecture, or something about it (experts, merged matrices, a rope scaling), has no training graph here. */
  | 'architecture-not-trainable'
  /** Weights that are not float32: widen a float model first; a quantized one has lost what training needs. */
  | 'weights-not-float32'
  | 'context-size'
  /** A token outside the vocabulary or a window of another length. */
  | 'window'
  | 'not-enough-memory'
  /** Cut short, changed, or of a version that is not known. */
  | 'checkpoint-damaged'
  /** Whole, but of another model or other trainable layers. */
  | 'checkpoint-foreign';

/** Training cannot be done as asked; nothing was changed. `detail` names what was found. */
export class TrainingRefusal extends Error {
  readonly reason: TrainingRefusalReason;
  readonly detail: string;

  constructor(reason: TrainingRefusalReason, detail: string) {
    super(`${reason}: ${detail}`);
    this.name = 'TrainingRefusal';
    this.reason = reason;
    this.detail = detail;
  }
}
