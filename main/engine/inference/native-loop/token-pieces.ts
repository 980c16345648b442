import type { Pointer } from '../../native/c-structs.ts';
import { NativeFailure } from '../../native/native-failure.ts';
import type { ServingFunctions } from '../../native/serving-functions.ts';

/** The bytes each token of a vocabulary stands for; looked up once and kept. */
export interface TokenPieces {
  /** `special` renders control tokens by their names; otherwise they are nothing. */
  bytesOf(token: number, special: boolean): Uint8Array;
}

const usualBytes = 64;

export function createTokenPieces(functions: ServingFunctions, vocabulary: Pointer): TokenPieces {
  const known = new Map<number, Uint8Array>();
  const room = new Uint8Array(new ArrayBuffer(usualBytes));
  const read = (token: number, special: boolean): Uint8Array => {
    const count = functions.llama_token_to_piece(vocabulary, token, room, room.length, 0, special);
    if (count >= 0) return room.slice(0, count);
    const larger = new Uint8Array(new ArrayBuffer(-count));
    const all = functions.llama_token_to_piece(vocabulary, token, larger, larger.length, 0, special);
    if (all < 0) throw new NativeFailure('tokenize-failed', `token ${token} has no text`);
    return larger.slice(0, all);
  };
  return {
    bytesOf(token, special) {
      const key = special ? -1 - token : token;
      const found = known.get(key);
      if (found !== undefined) return found;
      const bytes = read(token, special);
      known.set(key, bytes);
      return bytes;
    },
  };
}
