/**
 * A schema, a pattern or a set of tools that cannot be turned into a grammar without letting through what it forbids, or that
 * is larger than the limits. `detail` names where (a JSON pointer) and what (the keyword, with the number where there is one).
 */
export class StructureRefusal extends Error {
  readonly detail: string;

  constructor(detail: string) {
    super(detail);
    this.name = 'StructureRefusal';
    this.detail = detail;
  }
}
