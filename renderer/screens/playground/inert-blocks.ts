/**
 * What an answer is cut into. Only shape is recognised; nothing in it can load, run or open anything. `at` is the line a
 * piece begins on: an answer only grows at its end, so it names the piece for good.
 */
export type InertBlock = { at: number } & (
  | { kind: 'text'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'list'; ordered: boolean; start: number; items: { at: number; text: string }[] }
  | { kind: 'code'; language: string; text: string }
);

const fence = /^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]{0,32})[^`]*$/;
const heading = /^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$/;
const bullet = /^ {0,3}[-*+•][ \t]+(.*)$/;
const numbered = /^ {0,3}(\d{1,9})[.)][ \t]+(.*)$/;

/**
 * Cuts a model's answer into paragraphs, headings, lists and fenced code, in one pass over its lines. Everything it does
 * not know stays text, as it was written. An open fence at the end is code: the answer is still being written.
 */
export function inertBlocks(answer: string): InertBlock[] {
  const blocks: InertBlock[] = [];
  const lines = answer.split(/\r\n|\r|\n/);
  let paragraph: string[] = [];
  let paragraphAt = 0;
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'text', at: paragraphAt, text: paragraph.join('\n') });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const opened = fence.exec(line);
    if (opened !== null) {
      endParagraph();
      const end = closingFence(lines, at + 1, opened[1] ?? '');
      blocks.push({ kind: 'code', at, language: opened[2] ?? '', text: lines.slice(at + 1, end).join('\n') });
      at = end;
      continue;
    }
    if (line.trim() === '') {
      endParagraph();
      continue;
    }
    const title = heading.exec(line);
    if (title !== null) {
      endParagraph();
      blocks.push({ kind: 'heading', at, text: title[1] ?? '' });
      continue;
    }
    const item = itemOf(line);
    if (item === null) {
      if (paragraph.length === 0) paragraphAt = at;
      paragraph.push(line);
      continue;
    }
    endParagraph();
    addItem(blocks, item, at);
  }
  endParagraph();
  return blocks;
}

interface Item {
  ordered: boolean;
  number: number;
  text: string;
}

function itemOf(line: string): Item | null {
  const dot = bullet.exec(line);
  if (dot !== null) return { ordered: false, number: 1, text: dot[1] ?? '' };
  const count = numbered.exec(line);
  return count === null ? null : { ordered: true, number: Number(count[1]), text: count[2] ?? '' };
}

function addItem(blocks: InertBlock[], item: Item, at: number): void {
  const last = blocks.at(-1);
  if (last?.kind === 'list' && last.ordered === item.ordered && (!item.ordered || item.number === last.start + last.items.length)) last.items.push({ at, text: item.text });
  else blocks.push({ kind: 'list', at, ordered: item.ordered, start: item.number, items: [{ at, text: item.text }] });
}

/** The line of the fence that closes one opened with `mark`, or the end. */
function closingFence(lines: readonly string[], from: number, mark: string): number {
  for (let at = from; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trim();
    if (line.length >= mark.length && line.startsWith(mark) && line === line.charAt(0).repeat(line.length)) return at;
  }
  return lines.length;
}

/** Pieces of a line: plain, bold or code. Links and images stay as they were written. */
export interface InertPiece {
  kind: 'plain' | 'bold' | 'code';
  /** Where in the text it begins. */
  at: number;
  text: string;
}

const inline = /(`[^`\n]+`)|(\*\*[^*\n]+\*\*)/g;

export function inertPieces(text: string): InertPiece[] {
  const pieces: InertPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > from) pieces.push({ kind: 'plain', at: from, text: text.slice(from, match.index) });
    const [found, code] = match;
    pieces.push(code === undefined ? { kind: 'bold', at: match.index, text: found.slice(2, -2) } : { kind: 'code', at: match.index, text: found.slice(1, -1) });
    from = match.index + found.length;
  }
  if (from < text.length) pieces.push({ kind: 'plain', at: from, text: text.slice(from) });
  return pieces;
}
