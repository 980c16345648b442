import { registerHooks } from 'node:module';

// Loaded with `node --import` before the built desktop entry: `electron` then means the stand-in beside this file.
const standIn = new URL('./electron-main.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, nextResolve) => (specifier === 'electron' ? { url: standIn, format: 'module-typescript', shortCircuit: true } : nextResolve(specifier, context)),
});
