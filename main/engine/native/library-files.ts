import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Backend } from '../../contract/system.contract.ts';
import { installedFolderOf, packageNameOf } from '../hardware/backend-packages.ts';
import { NativeFailure } from './native-failure.ts';

/** The shared libraries of one prebuilt llama.cpp: absolute paths, in the order in which they must be loaded. */
export interface LibraryFiles {
  /** Where the backends (`libggml-cpu-*`, `libggml-cuda`, …) lie, which ggml loads itself. */
  readonly folder: string;
  readonly ggmlBase: string;
  readonly ggml: string;
  readonly llama: string;
}

/**
 * Finds the libraries that node-llama-cpp would load for a backend on this machine: the exact release that also serves.
 * In an installed application they lie beside the archive, because the operating system cannot look into one.
 * Raises NativeFailure ('library-missing').
 */
export function findLibraryFiles(backend: Backend, fromUrl: string = import.meta.url): LibraryFiles {
  const packageName = packageNameOf(backend, process.platform, process.arch);
  const packageFolder = packageName === null ? null : installedFolderOf(packageName, fromUrl);
  if (packageName === null || packageFolder === null) throw new NativeFailure('library-missing', `no llama.cpp for ${backend} on ${process.platform}-${process.arch}`);
  const folder = join(outsideArchive(packageFolder), 'bins', packageName.split('/').at(-1) ?? '');
  const names = namesIn(folder);
  const find = (stem: string): string => {
    const name = names.find((candidate) => isLibrary(candidate, stem));
    if (name === undefined) throw new NativeFailure('library-missing', `${stem} is not in ${packageName}`);
    return join(folder, name);
  };
  return { folder, ggmlBase: find('ggml-base'), ggml: find('ggml'), llama: find('llama') };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new NativeFailure('library-missing', error instanceof Error ? error.message : String(error));
  }
}

/** `libllama.so`, `libllama.v0.4.0.so`, `libllama.0.dylib`, `llama.dll` are the library "llama"; `libllama-common.so` is not. */
function isLibrary(fileName: string, stem: string): boolean {
  const match = /^(?:lib)?(.+?)(?:\.v?\d+(?:\.\d+)*)?\.(?:so|dylib|dll)(?:\.\d+)*$/.exec(fileName);
  return match?.[1] === stem;
}

function outsideArchive(folder: string): string {
  return folder.replace(`${sep}app.asar${sep}`, `${sep}app.asar.unpacked${sep}`);
}
