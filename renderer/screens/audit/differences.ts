/** One field of an event's data, before and after; null where it was not there. */
export interface Difference {
  /** "settings.contextSize" */
  path: string;
  before: string | null;
  after: string | null;
  changed: boolean;
}

type Json = unknown;

/** Deeper levels are shown as JSON: nobody reads a table of twenty dots. */
const DEEPEST = 6;

/** The fields of two JSON values side by side, in the order they appear. Lists count as one value. */
export function differencesOf(before: Json, after: Json): Difference[] {
  const left = fieldsOf(before);
  const right = fieldsOf(after);
  const paths = [...new Set([...left.keys(), ...right.keys()])];
  return paths.map((path) => {
    const was = left.get(path) ?? null;
    const is = right.get(path) ?? null;
    return { path, before: was, after: is, changed: was !== is };
  });
}

function fieldsOf(value: Json): Map<string, string> {
  const fields = new Map<string, string>();
  const walk = (part: Json, path: string, depth: number): void => {
    if (typeof part === 'object' && part !== null && !Array.isArray(part) && depth < DEEPEST && Object.keys(part).length > 0) {
      for (const [name, inner] of Object.entries(part)) walk(inner, path === '' ? name : `${path}.${name}`, depth + 1);
    } else if (part !== null || path !== '') {
      fields.set(path, typeof part === 'string' ? part : JSON.stringify(part));
    }
  };
  if (value !== undefined) walk(value, '', 0);
  return fields;
}
