/** A name folded for comparison: compatibility forms and case made equal, outer white space dropped. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
