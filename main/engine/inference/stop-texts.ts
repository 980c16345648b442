export interface StopTextStep {
  /** Text that may be shown: certainly not part of a stop text. */
  text: string;
  stopped: boolean;
  /** The stop text that ended it. */
  stop: string | null;
}

/**
 * Ends an answer before any of the given texts, also when one spreads over several tokens: the end of the text that
 * could still become a stop text is held back until that is decided.
 */
export class StopTexts {
  private readonly stops: readonly string[];
  private held = '';

  constructor(stops: readonly string[]) {
    this.stops = stops.filter((stop) => stop !== '');
  }

  push(piece: string): StopTextStep {
    if (this.stops.length === 0) return { text: piece, stopped: false, stop: null };
    const text = this.held + piece;
    let found: { at: number; stop: string } | null = null;
    for (const stop of this.stops) {
      const at = text.indexOf(stop);
      if (at >= 0 && (found === null || at < found.at)) found = { at, stop };
    }
    if (found !== null) {
      this.held = '';
      return { text: text.slice(0, found.at), stopped: true, stop: found.stop };
    }
    const heldLength = this.possibleBeginning(text);
    this.held = text.slice(text.length - heldLength);
    return { text: text.slice(0, text.length - heldLength), stopped: false, stop: null };
  }

  /** What is still held back when the answer ends for another reason. */
  rest(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }

  /** Length of the longest end of `text` that is the beginning of a stop text. */
  private possibleBeginning(text: string): number {
    const longest = Math.min(text.length, Math.max(...this.stops.map((stop) => stop.length)) - 1);
    for (let length = longest; length > 0; length -= 1) {
      const end = text.slice(text.length - length);
      if (this.stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
