import { CURSOR_WINDOW_BYTES, type GgufCursor } from './gguf-cursor.ts';
import { GGUF_VALUE_SIZES, type GgufValueTypeName, valueTypeNameOf } from './gguf-format.ts';
import { type GgufLimits, type GgufMetadataEntry, type GgufScalar, shownText } from './gguf-header.ts';
import { GgufRefusal } from './gguf-refusal.ts';
import { TokenHashSet } from './token-hash-set.ts';

/** Whose loss by a memory budget would let a file hide what matters; both are small by their own limits. */
const ALWAYS_KEPT: ReadonlySet<string> = new Set(['general.architecture', 'tokenizer.chat_template']);

/** Reads the key-value section: one flat loop over keys, one over the elements of an array, no nesting. */
export class GgufMetadataReader {
  readonly #cursor: GgufCursor;
  readonly #limits: GgufLimits;
  readonly #entries = new Map<string, GgufMetadataEntry>();
  #start = 0;
  #keptBytesLeft: number;

  constructor(cursor: GgufCursor, limits: GgufLimits) {
    this.#cursor = cursor;
    this.#limits = limits;
    this.#keptBytesLeft = limits.keptTotalBytes;
  }

  /**
   * Reads `keyCount` keys from the cursor on.
   * @throws GgufRefusal for everything that is not exactly what the format allows.
   */
  async read(keyCount: number): Promise<ReadonlyMap<string, GgufMetadataEntry>> {
    this.#start = this.#cursor.position;
    for (let index = 0; index < keyCount; index += 1) {
      const entry = await this.#readEntry(index);
      this.#entries.set(entry.key, entry);
    }
    return this.#entries;
  }

  async #readEntry(index: number): Promise<GgufMetadataEntry> {
    const cursor = this.#cursor;
    const keyOffset = cursor.position;
    const key = await this.#readKey(index);
    if (this.#entries.has(key)) {
      throw new GgufRefusal('duplicate-key', keyOffset, { key: shownText(key), index });
    }
    const type = await this.#readType(key);
    if (type === 'array') return this.#readArray(key);
    const byteOffset = cursor.position;
    const { value, complete } = type === 'string' ? await this.#readString(key) : await this.#readNumber(key, type);
    this.#checkBudget(key);
    return {
      key,
      type,
      elementType: null,
      length: 1,
      value,
      complete,
      byteOffset,
      byteLength: cursor.position - byteOffset,
    };
  }

  async #readKey(index: number): Promise<string> {
    const cursor = this.#cursor;
    const offset = cursor.position;
    if (!cursor.has(8)) await cursor.fill(8, 'key length');
    const length = cursor.uint64AsNumber();
    if (length === 0) throw new GgufRefusal('key-empty', offset, { index });
    if (length > this.#limits.maxKeyBytes) {
      throw new GgufRefusal('key-too-long', offset, { index, lengthBytes: length, limitBytes: this.#limits.maxKeyBytes });
    }
    if (!cursor.has(length)) await cursor.fill(length, 'key');
    const bytes = cursor.take(length);
    for (let at = 0; at < length; at += 1) {
      const byte = bytes[at] ?? 0;
      // The format asks for ASCII; a control character or a look-alike letter in a key only serves to deceive.
      if (byte < 0x21 || byte > 0x7e) {
        throw new GgufRefusal('key-characters', offset + 8 + at, { index, byte });
      }
    }
    return bytes.toString('latin1');
  }

  async #readType(key: string): Promise<GgufValueTypeName> {
    const cursor = this.#cursor;
    const offset = cursor.position;
    if (!cursor.has(4)) await cursor.fill(4, 'value type');
    const typeId = cursor.uint32();
    const type = valueTypeNameOf(typeId);
    if (type === null) throw new GgufRefusal('unknown-value-type', offset, { key: shownText(key), typeId });
    return type;
  }

  async #readNumber(key: string, type: GgufValueTypeName): Promise<{ value: GgufScalar; complete: boolean }> {
    const cursor = this.#cursor;
    const size = GGUF_VALUE_SIZES[type];
    if (!cursor.has(size)) await cursor.fill(size, `value of ${shownText(key)}`);
    return { value: this.#number(key, type), complete: true };
  }

  /** The next value of a fixed-size type; its bytes are in the window. */
  #number(key: string, type: GgufValueTypeName): GgufScalar {
    const cursor = this.#cursor;
    switch (type) {
      case 'uint8':
        return cursor.uint8();
      case 'int8':
        return cursor.int8();
      case 'uint16':
        return cursor.uint16();
      case 'int16':
        return cursor.int16();
      case 'uint32':
        return cursor.uint32();
      case 'int32':
        return cursor.int32();
      case 'float32':
        return cursor.float32();
      case 'float64':
        return cursor.float64();
      case 'uint64':
        return exactNumber(cursor.uint64());
      case 'int64':
        return exactNumber(cursor.int64());
      case 'bool': {
        const offset = cursor.position;
        const byte = cursor.uint8();
        if (byte > 1) throw new GgufRefusal('bool-value', offset, { key: shownText(key), byte });
        return byte === 1;
      }
      case 'string':
      case 'array':
        throw new TypeError(`${type} has no fixed size`);
    }
  }

  async #readString(key: string): Promise<{ value: string; complete: boolean }> {
    const cursor = this.#cursor;
    const limits = this.#limits;
    const offset = cursor.position;
    if (!cursor.has(8)) await cursor.fill(8, `length of ${shownText(key)}`);
    const length = cursor.uint64AsNumber();
    const isTemplate = key.startsWith('tokenizer.chat_template');
    if (isTemplate && length > limits.maxTemplateBytes) {
      throw new GgufRefusal('template-too-long', offset, {
        key: shownText(key),
        lengthBytes: length,
        limitBytes: limits.maxTemplateBytes,
      });
    }
    if (length > limits.maxStringBytes) {
      throw new GgufRefusal('string-too-long', offset, {
        key: shownText(key),
        lengthBytes: length,
        limitBytes: limits.maxStringBytes,
      });
    }
    cursor.require(length, `text of ${shownText(key)}`);
    this.#checkBudget(key, length);
    const wanted = Math.min(length, isTemplate ? limits.maxTemplateBytes : limits.keptStringBytes);
    const affordable = this.#affordable(key, wanted);
    let value = '';
    let done = 0;
    while (done < length) {
      // The part that is kept comes first and in one piece; the rest only has to be free of zero bytes.
      const piece = done === 0 && affordable > 0 ? affordable : Math.min(length - done, CURSOR_WINDOW_BYTES);
      if (!cursor.has(piece)) await cursor.fill(piece, `text of ${shownText(key)}`);
      const at = cursor.position;
      const bytes = cursor.take(piece);
      const nul = bytes.indexOf(0);
      // llama.cpp stops at a zero byte: what a person was shown would not be what is loaded.
      if (nul !== -1) throw new GgufRefusal('string-has-nul', at + nul, { key: shownText(key) });
      if (done === 0 && affordable > 0) value = bytes.toString('utf8');
      done += piece;
    }
    return { value, complete: affordable === length };
  }

  /** How many of `wanted` bytes of text may be kept (a character may take two bytes in memory). */
  #affordable(key: string, wanted: number): number {
    if (ALWAYS_KEPT.has(key)) return wanted;
    const affordable = Math.min(wanted, Math.max(0, Math.floor(this.#keptBytesLeft / 2)));
    this.#keptBytesLeft -= affordable * 2;
    return affordable;
  }

  async #readArray(key: string): Promise<GgufMetadataEntry> {
    const cursor = this.#cursor;
    const limits = this.#limits;
    const typeOffset = cursor.position;
    const elementType = await this.#readType(key);
    if (elementType === 'array') throw new GgufRefusal('nested-array', typeOffset, { key: shownText(key) });
    const lengthOffset = cursor.position;
    if (!cursor.has(8)) await cursor.fill(8, `length of ${shownText(key)}`);
    const length = cursor.uint64AsNumber();
    const limit = elementType === 'string' ? limits.maxStringArrayElements : limits.maxArrayElements;
    if (length > limit) {
      throw new GgufRefusal('array-too-long', lengthOffset, { key: shownText(key), elements: length, limit });
    }
    const byteOffset = cursor.position;
    const size = elementType === 'string' ? 8 : GGUF_VALUE_SIZES[elementType];
    cursor.require(length * size, `elements of ${shownText(key)}`);
    this.#checkBudget(key, length * size);
    const value =
      elementType === 'string'
        ? await this.#readStringElements(key, length)
        : await this.#readNumberElements(key, elementType, length);
    this.#checkBudget(key);
    return {
      key,
      type: 'array',
      elementType,
      length,
      value,
      complete: value.length === length,
      byteOffset,
      byteLength: cursor.position - byteOffset,
    };
  }

  async #readNumberElements(key: string, type: GgufValueTypeName, length: number): Promise<readonly GgufScalar[]> {
    const cursor = this.#cursor;
    const size = GGUF_VALUE_SIZES[type];
    const kept = Math.min(length, this.#limits.keptElements, Math.max(0, Math.floor(this.#keptBytesLeft / 8)));
    this.#keptBytesLeft -= kept * 8;
    const values: GgufScalar[] = [];
    for (let index = 0; index < kept; index += 1) {
      if (!cursor.has(size)) await cursor.fill(size, `elements of ${shownText(key)}`);
      values.push(this.#number(key, type));
    }
    let rest = length - kept;
    if (type !== 'bool') {
      cursor.skip(rest * size);
      return values;
    }
    while (rest > 0) {
      const piece = Math.min(rest, CURSOR_WINDOW_BYTES);
      if (!cursor.has(piece)) await cursor.fill(piece, `elements of ${shownText(key)}`);
      const at = cursor.position;
      const bytes = cursor.take(piece);
      for (let index = 0; index < piece; index += 1) {
        const byte = bytes[index] ?? 0;
        if (byte > 1) throw new GgufRefusal('bool-value', at + index, { key: shownText(key), byte });
      }
      rest -= piece;
    }
    return values;
  }

  async #readStringElements(key: string, length: number): Promise<readonly string[]> {
    const cursor = this.#cursor;
    const limits = this.#limits;
    // llama.cpp asserts that no two tokens are equal and takes the process down when they are.
    const seen = key === 'tokenizer.ggml.tokens' ? new TokenHashSet() : null;
    const end = this.#start + limits.maxMetadataBytes;
    const values: string[] = [];
    for (let index = 0; index < length; index += 1) {
      const offset = cursor.position;
      if (!cursor.has(8)) await cursor.fill(8, `elements of ${shownText(key)}`);
      const size = cursor.uint64AsNumber();
      if (size > limits.maxElementStringBytes) {
        throw new GgufRefusal('string-too-long', offset, {
          key: shownText(key),
          index,
          lengthBytes: size,
          limitBytes: limits.maxElementStringBytes,
        });
      }
      if (!cursor.has(size)) await cursor.fill(size, `elements of ${shownText(key)}`);
      const bytes = cursor.take(size);
      if (seen !== null && !addToken(seen, bytes)) {
        throw new GgufRefusal('duplicate-token', offset, { index, token: shownText(bytes.toString('utf8')) });
      }
      if (index < limits.keptElements && values.length === index) {
        const cost = size * 2 + 32;
        if (cost <= this.#keptBytesLeft) {
          this.#keptBytesLeft -= cost;
          values.push(bytes.toString('utf8'));
        }
      }
      if (cursor.position > end) this.#checkBudget(key);
    }
    return values;
  }

  #checkBudget(key: string, announcedBytes = 0): void {
    const used = this.#cursor.position - this.#start + announcedBytes;
    if (used > this.#limits.maxMetadataBytes) {
      throw new GgufRefusal('metadata-too-large', this.#cursor.position, {
        key: shownText(key),
        sizeBytes: used,
        limitBytes: this.#limits.maxMetadataBytes,
      });
    }
  }
}

/** Compares tokens as llama.cpp does: up to the first zero byte, and empty ones get names of their own. */
function addToken(seen: TokenHashSet, bytes: Buffer): boolean {
  const nul = bytes.indexOf(0);
  const token = nul === -1 ? bytes : bytes.subarray(0, nul);
  return token.length === 0 || seen.add(token);
}

function exactNumber(value: bigint): GgufScalar {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
