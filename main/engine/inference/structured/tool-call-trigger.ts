import { isSpace, LooseText } from './loose-text.ts';
import type { ToolSyntax } from './tool-syntax.ts';

export interface ToolCallTriggerStep {
  /** Text that may be shown: certainly not part of a call's beginning. */
  readonly text: string;
  readonly triggered: boolean;
  /** What follows the beginning; it is for ToolCallReader. */
  readonly rest: string;
}

interface Attempt {
  /** Where in the held text it begins. */
  readonly start: number;
  readonly text: LooseText;
}

/** White space before a call is held back so far, and left out when the call comes. */
const MAX_HELD_SPACE = 256;

/**
 * Finds the beginning of the first call of a tool in free text, as StopTexts finds a stop text: what may still become the beginning is
 * held back. White space before it and at its end is not waited for and not shown.
 */
export class ToolCallTrigger {
  private readonly beginnings: readonly string[];
  private held = '';
  private attempts: Attempt[] = [];
  private isTriggered = false;

  constructor(syntax: Pick<ToolSyntax, 'sectionPrefix' | 'prefix'>) {
    const beginnings = [syntax.sectionPrefix + syntax.prefix, syntax.prefix].map((text) => text.trim());
    this.beginnings = [...new Set(beginnings)].filter((text) => text !== '');
  }

  /** After `triggered` everything is `rest`. */
  push(piece: string): ToolCallTriggerStep {
    if (this.isTriggered) return { text: '', triggered: true, rest: piece };
    let shown = '';
    for (let at = 0; at < piece.length; at += 1) {
      const found = this.take(piece.charAt(at));
      if (found !== null) {
        shown += this.held.slice(0, found).trimEnd();
        this.held = '';
        this.isTriggered = true;
        return { text: shown, triggered: true, rest: piece.slice(at + 1) };
      }
      shown += this.release();
    }
    return { text: shown, triggered: false, rest: '' };
  }

  /** What is still held back when the answer ends otherwise. */
  rest(): string {
    const rest = this.held;
    this.held = '';
    this.attempts = [];
    return rest;
  }

  /** Takes one character; where a beginning that is now complete starts, or null. */
  private take(character: string): number | null {
    const start = this.held.length;
    this.held += character;
    const begun = this.beginnings.filter((beginning) => beginning.startsWith(character)).map((beginning): Attempt => ({ start, text: new LooseText(beginning) }));
    this.attempts = [...this.attempts, ...begun].filter(({ text }) => text.take(character));
    return this.attempts.find(({ text }) => text.isComplete)?.start ?? null;
  }

  private release(): string {
    const first = this.attempts[0]?.start ?? this.held.length;
    let keepFrom = first;
    while (keepFrom > 0 && first - keepFrom < MAX_HELD_SPACE && isSpace(this.held[keepFrom - 1])) keepFrom -= 1;
    const released = this.held.slice(0, keepFrom);
    if (keepFrom > 0) {
      this.held = this.held.slice(keepFrom);
      this.attempts = this.attempts.map(({ start, text }) => ({ start: start - keepFrom, text }));
    }
    return released;
  }
}
