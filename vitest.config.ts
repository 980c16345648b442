import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const nightly = process.env['MODELWARD_NIGHTLY'] === '1';

/**
 * Unit tests (`x.test.ts`), integration tests (`x.int.test.ts`: they open a database, a port or a process) and, at night
 * only, long ones (`x.nightly.test.ts`). Each file in a process of its own, because native parts are loaded.
 */
export default defineConfig({
  plugins: [react()],
  test: {
    environment: 'node',
    include: ['{main,preload,renderer,scripts,bin}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(nightly ? [] : ['**/*.nightly.test.ts'])],
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs. Machines differ, and one may be busy; long tests bring a limit of their own.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes are started from the sources hundreds of times: stripping their types once is enough.
    env: { NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules', '.cache', 'node-compile-cache') },
    setupFiles: ['scripts/test/leaks.setup.ts'],
  },
});
