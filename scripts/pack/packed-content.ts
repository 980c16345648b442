import { getRawHeader, listPackage } from '@electron/asar';

interface Rule {
  readonly what: string;
  readonly holds: (files: readonly string[], unpacked: ReadonlySet<string>) => boolean;
}

const has = (file: string): Rule => ({ what: `holds ${file}`, holds: (files) => files.includes(file) });
const lacks = (what: string, pattern: RegExp): Rule => ({ what: `leaves out ${what}`, holds: (files) => !files.some((file) => pattern.test(file)) });

const rules: readonly Rule[] = [
  has('/package.json'),
  has('/dist/main/desktop.js'),
  has('/dist/main/console.js'),
  has('/dist/main/cli.js'),
  has('/dist/preload/index.cjs'),
  has('/dist/renderer/index.html'),
  has('/resources/texts/calibration.txt'),
  has('/resources/texts/held-out.txt'),
  has('/resources/models/modelward-help-desk-f16.gguf'),
  has('/resources/models/modelward-help-desk.json'),
  has('/resources/data/tickets-sample.jsonl'),
  {
    what: 'unpacks the model in the box, which llama.cpp opens by itself',
    holds: (files, unpacked) => files.filter((file) => file.endsWith('.gguf')).every((file) => unpacked.has(file)),
  },
  // getLlama reads it even where nothing may be fetched.
  has('/node_modules/node-llama-cpp/llama/binariesGithubRelease.json'),
  has('/node_modules/better-sqlite3-multiple-ciphers/prebuilds/linux-x64.node'),
  lacks('the Node that npm scripts run on', /^\/node_modules\/node-(?:linux|win|bin)-/),
  lacks('sources of native modules', /^\/node_modules\/(?:better-sqlite3-multiple-ciphers\/(?:deps|src)|node-llama-cpp\/llama\/(?:addon|gitRelease))/),
  lacks('SQLite for other platforms', /better-sqlite3-multiple-ciphers\/prebuilds\/(?:win32|darwin)/),
  lacks('llama.cpp for other processors', /^\/node_modules\/@node-llama-cpp\/linux-arm/),
  has('/node_modules/@node-llama-cpp/linux-x64/package.json'),
  lacks('what is bundled already', /^\/node_modules\/(?:zod|@orpc)(?:\/|$)/),
  lacks('development packages', /^\/node_modules\/(?:electron|vite|vitest|react|typescript|@playwright)(?:\/|$)/),
  lacks('source maps', /\.map$/),
  lacks('our sources', /^\/(?:main|renderer|preload|scripts|e2e|bench|docs)\//),
  {
    what: 'unpacks every native part',
    holds: (files, unpacked) => {
      const native = files.filter((file) => /\.(?:node|so|dll|dylib)(?:\.\d+)*$/.test(file));
      return native.length > 0 && native.every((file) => unpacked.has(file));
    },
  },
];

type HeaderEntry = { readonly unpacked?: boolean; readonly files?: Readonly<Record<string, HeaderEntry>> };

function collectUnpacked(entry: HeaderEntry, at: string, into: Set<string>): void {
  if (entry.unpacked === true) into.add(at);
  for (const [name, child] of Object.entries(entry.files ?? {})) collectUnpacked(child, `${at}/${name}`, into);
}

/** What is wrong with the content of a packed app; empty when it holds what it must and nothing that it must not. */
export function wrongInArchive(asar: string): string[] {
  const files = listPackage(asar, { isPack: false }).map((file) => file.replaceAll('\\', '/'));
  const unpacked = new Set<string>();
  collectUnpacked(getRawHeader(asar).header as HeaderEntry, '', unpacked);
  return rules.filter(({ holds }) => !holds(files, unpacked)).map(({ what }) => `does not hold: ${what}`);
}
