/** Put in by the bundler (scripts/build/bundle.ts); nothing where the sources run as they are. */
declare const MODELWARD_BUILT_AT_MS: number | undefined;

/** When this program was built, in ms since 1970 UTC; null when it runs from its sources. No right clock shows an earlier time. */
export const builtAtMs: number | null = typeof MODELWARD_BUILT_AT_MS === 'number' ? MODELWARD_BUILT_AT_MS : null;
