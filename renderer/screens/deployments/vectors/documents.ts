/** Documents of a text field, one a line; empty lines are none, and one that is there twice counts once. At most as many as the contract takes. */
export function documentsOf(lines: string): string[] {
  const texts = lines.split('\n').map((line) => line.trim());
  return [...new Set(texts.filter((text) => text !== ''))].slice(0, MOST_DOCUMENTS);
}

const MOST_DOCUMENTS = 20;
