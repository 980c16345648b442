/** Longest run of white space that is looked over. */
const MAX_SPACE = 256;

/**
 * Follows a text character by character and says whether it is still the expected one, give or take white space: where the expected
 * text has some, there may be any or none; beside brackets, colons, commas and at the beginning there may be more. White space at the
 * end of the expected text is not waited for.
 */
export class LooseText {
  readonly expected: string;
  private at = 0;
  private space = 0;

  constructor(expected: string) {
    this.expected = expected.trim();
  }

  /** Takes one character; false when it does not fit: then this text is not the expected one. */
  take(character: string): boolean {
    if (this.isComplete) return false;
    if (isSpace(character)) {
      this.space += 1;
      return this.space <= MAX_SPACE && this.mayHaveSpace();
    }
    while (isSpace(this.expected[this.at])) this.at += 1;
    if (this.expected[this.at] !== character) return false;
    this.at += 1;
    this.space = 0;
    return true;
  }

  get isComplete(): boolean {
    return this.at >= this.expected.length;
  }

  private mayHaveSpace(): boolean {
    const [before, next] = [this.expected[this.at - 1], this.expected[this.at]];
    return before === undefined || isSpace(next) || isPunctuation(before) || isPunctuation(next);
  }
}

export function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t';
}

function isPunctuation(character: string | undefined): boolean {
  return character !== undefined && '{}[]:,'.includes(character);
}
