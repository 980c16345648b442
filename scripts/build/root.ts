import path from 'node:path';

/** The checkout's top folder, absolute. Every script works from here, whatever folder it was started in. */
export const rootFolder = path.resolve(import.meta.dirname, '..', '..');
