import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build, createLogger, type Plugin } from 'vite';
import { findMainEntries } from './entries.ts';

/**
 * Runtime packages that go into the bundle instead of beside it: pure JavaScript of which we use a part. As files in
 * the installer they weigh many times as much. Packages with native parts or with files of their own stay outside.
 */
const bundledPackages = /^(?:@orpc\/|zod(?:\/|$))/;

/** The packages the main bundle leaves to Node to find: every runtime dependency but the bundled ones. */
export function externalPackages(rootFolder: string): string[] {
  const manifest = JSON.parse(readFileSync(path.join(rootFolder, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return Object.keys(manifest.dependencies).filter((name) => !bundledPackages.test(name));
}

function isExternal(packages: readonly string[]): (id: string) => boolean {
  const names = new Set(['electron', ...builtinModules, ...packages]);
  return (id) => id.startsWith('node:') || id.startsWith('@node-llama-cpp/') || names.has(id) || packages.some((name) => id.startsWith(`${name}/`));
}

/**
 * Refuses an entry that another file imports. Its code would move into a chunk, where it no longer is the program that was
 * started, and its top-level statements would run for whoever imports it.
 */
function entriesAreNotImported(): Plugin {
  return {
    name: 'entries-are-not-imported',
    buildEnd(error) {
      if (error !== undefined) return;
      for (const id of this.getModuleIds()) {
        const module = this.getModuleInfo(id);
        const importers = [...(module?.importers ?? []), ...(module?.dynamicImporters ?? [])];
        if (module?.isEntry === true && importers.length > 0) this.error(`${id} is an entry, and ${importers.join(', ')} imports it: move what both need to a file of its own.`);
      }
    },
  };
}

/** Now, or the moment a reproducible build is told (https://reproducible-builds.org/specs/source-date-epoch/, in seconds). */
function builtAtMs(): number {
  const seconds = Number(process.env['SOURCE_DATE_EPOCH'] || Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : Date.now();
}

/** Warnings are shown; errors are thrown as well, and told once by whoever catches them. */
const customLogger = { ...createLogger('warn'), error: () => undefined };
const common = { configFile: false, logLevel: 'warn', customLogger, publicDir: false } as const;

/**
 * Bundles the three hosts and the workers to `<outFolder>/main` (ES modules, one build with shared chunks) and the
 * preload to `<outFolder>/preload/index.cjs` (CommonJS: a sandboxed preload cannot be a module).
 *
 * @param rootFolder the checkout, absolute
 * @param outFolder where to write, absolute; emptied first
 * @throws Error when an entry is missing or the bundler refuses a source
 */
export async function buildMainAndPreload(rootFolder: string, outFolder: string): Promise<void> {
  const external = isExternal(externalPackages(rootFolder));
  await build({
    ...common,
    root: rootFolder,
    plugins: [entriesAreNotImported()],
    define: { MODELWARD_BUILT_AT_MS: String(builtAtMs()) },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node24',
      outDir: path.join(outFolder, 'main'),
      emptyOutDir: true,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: findMainEntries(rootFolder),
        external,
        // Chunks lie beside the hosts: wherever a piece of code ends up, `import.meta.dirname` is dist/main, with workers/ and ../renderer.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  await build({
    ...common,
    root: rootFolder,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'chrome150',
      outDir: path.join(outFolder, 'preload'),
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: { index: 'preload/index.ts' },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
}

/** Builds the renderer to `<outFolder>/renderer` after `vite.config.ts`. */
export async function buildRenderer(rootFolder: string, outFolder: string): Promise<void> {
  await build({
    configFile: path.join(rootFolder, 'vite.config.ts'),
    root: path.join(rootFolder, 'renderer'),
    logLevel: 'warn',
    customLogger,
    build: { outDir: path.join(outFolder, 'renderer'), emptyOutDir: true },
  });
}
