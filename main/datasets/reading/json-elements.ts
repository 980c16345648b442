/** An element of a JSON array as text, and the line on which it begins; null where it was too long to keep. */
export interface JsonElement {
  line: number;
  text: string | null;
}

const elementLimitCharacters = 4 * 1024 * 1024;

/**
 * Cuts one JSON array, over however many lines, into the texts of its elements without parsing them: only strings and brackets are told
 * apart. What is not well-formed inside an element shows when that is parsed; a bracket missing there takes the elements after it along.
 */
export function createElementSplitter() {
  let depth = 0;
  let inString = false;
  let text = '';
  let startLine = 0;
  let tooLong = false;

  const take = (out: JsonElement[]): void => {
    if (tooLong || text.trim() !== '') out.push({ line: startLine, text: tooLong ? null : text });
    text = '';
    tooLong = false;
    startLine = 0;
  };
  return {
    feed(lineText: string, lineNumber: number): JsonElement[] {
      const out: JsonElement[] = [];
      let from = 0;
      const keepTo = (to: number): void => {
        if (tooLong || to <= from) return;
        const piece = lineText.slice(from, to);
        if (startLine === 0 && piece.trim() !== '') startLine = lineNumber;
        if (startLine === 0) return;
        text += piece;
        if (text.length > elementLimitCharacters) {
          tooLong = true;
          text = '';
        }
      };
      for (let at = 0; at < lineText.length; at += 1) {
        const code = lineText.charCodeAt(at);
        if (inString) {
          if (code === 0x5c) at += 1;
          else if (code === 0x22) inString = false;
        } else if (code === 0x22) inString = true;
        else if (code === 0x5b || code === 0x7b) {
          depth += 1;
          if (depth === 1) from = at + 1;
        } else if (code === 0x5d || code === 0x7d) {
          depth -= 1;
          if (depth === 0) {
            keepTo(at);
            take(out);
            from = at + 1;
          }
        } else if (code === 0x2c && depth === 1) {
          keepTo(at);
          take(out);
          from = at + 1;
        }
      }
      if (depth >= 1) {
        keepTo(lineText.length);
        if (startLine !== 0 && !tooLong) text += '\n';
      }
      return out;
    },
    /** What was left open. */
    end(): JsonElement[] {
      const out: JsonElement[] = [];
      take(out);
      return out;
    },
  };
}
