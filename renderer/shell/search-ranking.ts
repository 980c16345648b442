import type { Icon } from '@tabler/icons-react';

export interface SearchEntry {
  id: string;
  group: 'groupScreens' | 'groupActions' | 'groupModels' | 'groupDeployments' | 'groupDatasets' | 'groupKeys';
  label: string;
  /** Said besides the label, and searched too: a state, a quantization. */
  note?: string;
  icon: Icon;
  run: () => void;
}

const groupOrder = ['groupScreens', 'groupActions', 'groupModels', 'groupDeployments', 'groupDatasets', 'groupKeys'] as const;
/** Entries of one group shown at most; who types more gets the right ones. */
const SHOWN_OF_GROUP = 8;

/**
 * Entries that hold every word typed. Within a group those that begin with the text come first, then those with a word that
 * begins with it, then the rest; groups stay together in their order.
 */
export function rankEntries(entries: readonly SearchEntry[], text: string, language: string): SearchEntry[] {
  const wanted = text.trim().toLocaleLowerCase(language);
  const words = wanted.split(/\s+/).filter((word) => word !== '');
  const ranked = entries.flatMap((entry, place) => {
    const label = entry.label.toLocaleLowerCase(language);
    const haystack = `${label} ${(entry.note ?? '').toLocaleLowerCase(language)}`;
    if (!words.every((word) => haystack.includes(word))) return [];
    const rank = label.startsWith(wanted) ? 0 : label.split(/[\s._-]+/).some((part) => part.startsWith(wanted)) ? 1 : 2;
    return [{ entry, rank, place }];
  });
  return groupOrder.flatMap((group) =>
    ranked
      .filter(({ entry }) => entry.group === group)
      .sort((a, b) => a.rank - b.rank || a.place - b.place)
      .slice(0, SHOWN_OF_GROUP)
      .map(({ entry }) => entry),
  );
}
