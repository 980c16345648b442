// The rooms of the house. Every file of ours lies in exactly one; a new kind of room is named here first.

const notFloors = 'contract|kernel|engine|transport|compose|console|desktop|cli';

module.exports = {
  contract: '^main/contract/',
  kernel: '^main/kernel/',
  engine: '^main/engine/',
  transport: '^main/transport/',
  /** The files directly in main/ put the house together. */
  compose: '^main/(?:compose/|[^/]+\\.ts$)',
  hosts: '^main/(?:console|desktop|cli)/',
  /** An area is every folder of main/ that is not a floor. */
  areas: `^main/(?!(?:${notFloors})/)[^/]+/`,
  renderer: '^renderer/',
  preload: '^preload/',
  e2e: '^e2e/',
  bench: '^bench/',
  scripts: '^(?:scripts|bin)/',
  settings: '^(?:vite|vitest|playwright)\\.config\\.ts$|^\\.dependency-cruiser\\.cjs$',
};
