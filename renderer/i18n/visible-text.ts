const shortForms: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };

/** Control characters, line and paragraph separators, and what turns the direction of writing or has no shape at all. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/**
 * A text from outside (the first bytes of a file, a path, a name) as it may stand within a sentence or on a terminal: what
 * cannot be seen is written as programmers write it, a line break as `\n`, anything else as `\u202e`. Line breaks at the
 * end, and the signs the GGUF reader puts in their place (U+FFFD), say nothing and are left out, unless there is nothing else.
 */
export function visibleText(text: string): string {
  const told = text.replace(/[\r\n\uFFFD]+$/, '');
  return (told === '' ? text : told).replace(invisible, (character) => shortForms[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}
