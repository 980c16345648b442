import { isSpace, LooseText } from './loose-text.ts';
import type { ToolSyntax } from './tool-syntax.ts';

/** What a stretch of an answer means. `index` counts the calls of the answer from 0. */
export type ToolCallPiece =
  | { readonly kind: 'call'; readonly index: number; readonly name: string }
  /** The next part of the call's arguments; all parts together are one JSON object, or `{}` where the model wrote nothing. */
  | { readonly kind: 'arguments'; readonly index: number; readonly text: string }
  /** No further call follows; what the model writes after it is not read. */
  | { readonly kind: 'end' }
  /** The text is no call of these tools from here on. `text` is what was read since the last piece that was understood. */
  | { readonly kind: 'malformed'; readonly expected: 'name' | 'arguments' | 'suffix'; readonly text: string };

export interface ToolCallReading {
  readonly syntax: ToolSyntax;
  /** Of the tools that may be called. */
  readonly names: readonly string[];
  /** False: the first call is the last. */
  readonly parallel: boolean;
}

type State = 'name' | 'before-arguments' | 'arguments' | 'suffix' | 'between' | 'done';

/** What a text, once complete, leads to. */
interface Candidate {
  readonly leadsTo: 'name' | 'between' | 'end';
  readonly text: LooseText;
}

interface NameCandidate {
  readonly name: string;
  readonly text: LooseText;
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * Reads calls of tools out of an answer while it is written, from right after the beginning (ToolCallTrigger, or a prompt that ends
 * with it). Every decision is made at one character, so the pieces are the same however the text is cut. Models that no grammar holds
 * may add or leave out white space and leave out the last suffix. Whether strings and numbers within the arguments are JSON is not
 * looked at, only that brackets and quotes close.
 */
export class ToolCallReader {
  private readonly reading: ToolCallReading;
  private state: State = 'name';
  private index = 0;
  private pieces: ToolCallPiece[] = [];
  /** Read since the last piece. */
  private held = '';
  private written = '';

  private nameCandidates: NameCandidate[] = [];
  /** A name that is complete while a longer one is still possible, and where it ended. */
  private shorterName: { name: string; end: number } | null = null;
  /** After a call that nothing announces the next one: what is no name is no mistake. */
  private isNameOptional = false;

  private candidates: Candidate[] = [];
  private areArgumentsMissing = false;

  private closings: string[] = [];
  private isInString = false;
  private isEscaped = false;

  constructor(reading: ToolCallReading) {
    this.reading = reading;
    this.expectName();
  }

  push(text: string): ToolCallPiece[] {
    for (let at = 0; at < text.length && this.state !== 'done'; at += 1) this.step(text.charAt(at));
    return this.taken();
  }

  /** The answer has ended. A call whose arguments are complete is complete without its suffix. */
  finish(): ToolCallPiece[] {
    if (this.state === 'name' && this.shorterName?.end === this.held.length) this.nameFound(this.shorterName.name);
    switch (this.state) {
      case 'name':
        if (this.isNameOptional && this.held.trim() === '') this.end();
        else this.malformed('name');
        break;
      case 'before-arguments':
      case 'arguments':
        this.malformed('arguments');
        break;
      case 'suffix':
        if (this.areArgumentsMissing) this.malformed('arguments');
        else this.end();
        break;
      case 'between':
        this.end();
        break;
      case 'done':
        break;
    }
    return this.taken();
  }

  private taken(): ToolCallPiece[] {
    this.flushArguments();
    const { pieces } = this;
    this.pieces = [];
    return pieces;
  }

  private step(character: string): void {
    switch (this.state) {
      case 'name':
        return this.stepName(character);
      case 'before-arguments':
        return this.stepBeforeArguments(character);
      case 'arguments':
        return this.stepArguments(character);
      case 'suffix':
      case 'between':
        return this.stepCandidates(character);
      case 'done':
        return undefined;
    }
  }

  private enter(state: State): void {
    this.state = state;
    this.held = '';
  }

  private expectName(): void {
    const { names, syntax } = this.reading;
    this.nameCandidates = names.map((name) => ({ name, text: new LooseText(name + syntax.paramsPrefix(name)) }));
    this.shorterName = null;
    this.enter('name');
  }

  private stepName(character: string): void {
    const before = this.held.length;
    this.held += character;
    this.nameCandidates = this.nameCandidates.filter(({ text }) => text.take(character));
    const complete = this.nameCandidates.find(({ text }) => text.isComplete);
    if (complete !== undefined) {
      this.shorterName = { name: complete.name, end: this.held.length };
      this.nameCandidates = this.nameCandidates.filter((candidate) => candidate !== complete);
      if (this.nameCandidates.length === 0) this.nameFound(complete.name);
    } else if (this.nameCandidates.length === 0) {
      if (this.shorterName !== null && this.shorterName.end === before) {
        this.nameFound(this.shorterName.name);
        this.step(character);
      } else if (this.isNameOptional) this.end();
      else this.malformed('name');
    }
  }

  private nameFound(name: string): void {
    this.pieces.push({ kind: 'call', index: this.index, name });
    const { syntax } = this.reading;
    const suffix = syntax.suffix(name);
    this.candidates = [
      ...candidatesOf('between', [suffix]),
      // A model may forget the suffix and go on with the next call, or close the section.
      ...candidatesOf('name', [syntax.betweenCalls + syntax.prefix, syntax.sectionPrefix + syntax.prefix, syntax.prefix]),
      ...candidatesOf('end', [syntax.sectionSuffix]),
    ];
    this.areArgumentsMissing = false;
    this.enter('before-arguments');
  }

  private stepBeforeArguments(character: string): void {
    if (isSpace(character)) {
      this.held += character;
      return;
    }
    if (character === '{') {
      this.closings = [];
      this.isInString = false;
      this.enter('arguments');
      this.stepArguments(character);
      return;
    }
    const { emptyArguments } = this.reading.syntax;
    const suffixes = this.candidates.filter(({ leadsTo }) => leadsTo === 'between');
    if (emptyArguments !== null) this.candidates = [...suffixes, ...suffixes.flatMap(({ text }) => candidatesOf('between', [emptyArguments + text.expected]))];
    else this.candidates = suffixes;
    this.areArgumentsMissing = true;
    this.state = 'suffix';
    this.stepCandidates(character);
  }

  private stepArguments(character: string): void {
    this.written += character;
    if (this.isInString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (character === '\\') this.isEscaped = true;
      else if (character === '"') this.isInString = false;
      return;
    }
    const closing = CLOSING[character];
    if (character === '"') this.isInString = true;
    else if (closing !== undefined) this.closings.push(closing);
    else if (character === '}' || character === ']') {
      if (this.closings.pop() !== character) this.malformed('arguments');
      else if (this.closings.length === 0) this.argumentsEnded();
    }
  }

  private argumentsEnded(): void {
    this.flushArguments();
    if (this.candidates.some(({ leadsTo }) => leadsTo === 'between')) this.enter('suffix');
    else this.callEnded();
  }

  private callEnded(): void {
    const { parallel, syntax } = this.reading;
    this.index += 1;
    if (!parallel) {
      this.end();
      return;
    }
    this.candidates = [...candidatesOf('name', [syntax.betweenCalls + syntax.prefix, syntax.sectionPrefix + syntax.prefix, syntax.prefix]), ...candidatesOf('end', [syntax.sectionSuffix])];
    if ((syntax.betweenCalls + syntax.prefix).trim() === '') {
      this.isNameOptional = true;
      this.expectName();
    } else this.enter('between');
  }

  private stepCandidates(character: string): void {
    this.held += character;
    this.candidates = this.candidates.filter(({ text }) => text.take(character));
    const complete = this.candidates.find(({ text }) => text.isComplete);
    if (complete !== undefined) this.follow(complete);
    else if (this.candidates.length === 0) {
      if (this.state === 'between') this.end();
      else this.malformed(this.areArgumentsMissing ? 'arguments' : 'suffix');
    }
  }

  private follow({ leadsTo }: Candidate): void {
    if (this.areArgumentsMissing) {
      this.pieces.push({ kind: 'arguments', index: this.index, text: '{}' });
      this.areArgumentsMissing = false;
    }
    const wasSuffixMissing = this.state === 'suffix' && leadsTo !== 'between';
    if (wasSuffixMissing) this.index += 1;
    if (leadsTo === 'between') this.callEnded();
    else if (leadsTo === 'end' || !this.reading.parallel) this.end();
    else {
      this.isNameOptional = false;
      this.expectName();
    }
  }

  private end(): void {
    this.flushArguments();
    this.pieces.push({ kind: 'end' });
    this.enter('done');
  }

  private malformed(expected: 'name' | 'arguments' | 'suffix'): void {
    this.flushArguments();
    this.pieces.push({ kind: 'malformed', expected, text: this.held });
    this.enter('done');
  }

  private flushArguments(): void {
    if (this.written === '') return;
    this.pieces.push({ kind: 'arguments', index: this.index, text: this.written });
    this.written = '';
  }
}

function candidatesOf(leadsTo: Candidate['leadsTo'], texts: readonly string[]): Candidate[] {
  return [...new Set(texts.map((text) => text.trim()))].filter((text) => text !== '').map((text) => ({ leadsTo, text: new LooseText(text) }));
}
