import type { LibraryHandle, TypeObject } from 'koffi';
import { KNOWN_RELEASE } from './c-structs.ts';
import { NativeFailure } from './native-failure.ts';

/** A type of C: one of koffi's, or the name of one. */
export type CType = TypeObject | string;

/** The opened libraries; `memory` is where the C library's memcpy is found. */
export interface OpenedLibraries {
  readonly ggmlBase: LibraryHandle;
  readonly ggml: LibraryHandle;
  readonly llama: LibraryHandle;
  readonly memory: LibraryHandle;
}

/** A missing function means another release: refused with its name. */
// oxlint-disable-next-line max-params -- name, result and parameters are one declaration, as koffi takes it
export function declare(library: LibraryHandle, name: string, result: CType, parameters: CType[]): never {
  try {
    return library.func(name, result, parameters) as never;
  } catch (error) {
    throw new NativeFailure('layout-changed', `${name} is missing (${KNOWN_RELEASE} was expected): ${error instanceof Error ? error.message : String(error)}`);
  }
}
