/**
 * The printable letter that GPT-2's byte-level tokenizer writes for each byte (`bytes_to_unicode` of its encoder.py; llama.cpp's
 * unicode_byte_to_utf8 is the same table).
 */
export const byteLetters: readonly string[] = makeLetters();
const bytesOfLetters: ReadonlyMap<string, number> = new Map(byteLetters.map((letter, byte) => [letter, byte]));

function makeLetters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    if (isPrintable) return String.fromCodePoint(byte);
    next += 1;
    return String.fromCodePoint(next - 1);
  });
}

export function lettersOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byteLetters[byte] ?? '').join('');
}

/** Raises RangeError for a letter that stands for no byte. */
export function bytesOf(letters: string): Uint8Array {
  return Uint8Array.from(letters, (letter) => {
    const byte = bytesOfLetters.get(letter);
    if (byte === undefined) throw new RangeError(`"${letter}" stands for no byte`);
    return byte;
  });
}
