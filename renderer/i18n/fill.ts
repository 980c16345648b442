/** Puts values into the `{{placeholders}}` of a text; one without a value is left out. */
export function fill(text: string, values: Record<string, unknown>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    return value === undefined || value === null ? '' : String(value);
  });
}

/** Names of the placeholders of a text, sorted. */
export function placeholdersOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{\{(\w+)\}\}/g), (match) => match[1] ?? ''))].sort();
}

/** Takes out spaces a value has left over: at the ends, and after a full-width bracket, which brings its own. */
export function tidy(text: string): string {
  return text.replace(/([）】”]) (?=\p{Script=Han})/gu, '$1').trim();
}
