import type { ByteSource } from './byte-source.ts';
import { GgufRefusal } from './gguf-refusal.ts';

/** The window the cursor reads through; the largest piece that can be asked for at once. */
export const CURSOR_WINDOW_BYTES = 1024 * 1024;

/**
 * A forward-only position in a hostile file, read through one window of bounded size. Every read first asks `has` (no wait
 * when the bytes are already in the window) or `fill` (which refuses what lies past the end), so nothing is ever invented.
 */
export class GgufCursor {
  readonly sizeBytes: number;
  readonly #source: ByteSource;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;
  #at = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.sizeBytes = source.sizeBytes;
  }

  /** Bytes from the start of the file. */
  get position(): number {
    return this.#windowStart + this.#at;
  }

  get remainingBytes(): number {
    return this.sizeBytes - this.position;
  }

  /** Whether `count` bytes can be taken without reading from the source. */
  has(count: number): boolean {
    return this.#at + count <= this.#window.length;
  }

  /**
   * Makes `count` bytes available.
   * @throws GgufRefusal `truncated` when the file ends before; `what` names the thing being read.
   */
  async fill(count: number, what: string): Promise<void> {
    if (this.has(count)) return;
    if (count > CURSOR_WINDOW_BYTES) throw new RangeError(`a read of ${String(count)} bytes exceeds the window`);
    this.require(count, what);
    const start = this.position;
    const wanted = Math.min(CURSOR_WINDOW_BYTES, this.sizeBytes - start);
    const bytes = await this.#source.read(start, wanted);
    this.#window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#windowStart = start;
    this.#at = 0;
    // The file may have been cut since its size was read.
    if (bytes.length < count) {
      throw new GgufRefusal('truncated', start, { reading: what, neededBytes: count, leftBytes: bytes.length });
    }
  }

  /** Refuses with `truncated` unless `count` more bytes exist in the file. */
  require(count: number, what: string): void {
    if (count > this.remainingBytes) {
      throw new GgufRefusal('truncated', this.position, {
        reading: what,
        neededBytes: count,
        leftBytes: this.remainingBytes,
      });
    }
  }

  /** Moves on without reading. Callers have checked `require`. */
  skip(count: number): void {
    this.#at += count;
    if (this.#at <= this.#window.length) return;
    this.#windowStart += this.#at;
    this.#at = 0;
    this.#window = this.#window.subarray(0, 0);
  }

  /** A view of the next `count` bytes, valid until the next `fill`. */
  take(count: number): Buffer {
    const bytes = this.#window.subarray(this.#at, this.#at + count);
    this.#at += count;
    return bytes;
  }

  /** Like `take`, without moving on. */
  peek(count: number): Buffer {
    return this.#window.subarray(this.#at, this.#at + count);
  }

  uint8(): number {
    return this.#window.readUInt8(this.#advance(1));
  }

  int8(): number {
    return this.#window.readInt8(this.#advance(1));
  }

  uint16(): number {
    return this.#window.readUInt16LE(this.#advance(2));
  }

  int16(): number {
    return this.#window.readInt16LE(this.#advance(2));
  }

  uint32(): number {
    return this.#window.readUInt32LE(this.#advance(4));
  }

  int32(): number {
    return this.#window.readInt32LE(this.#advance(4));
  }

  float32(): number {
    return this.#window.readFloatLE(this.#advance(4));
  }

  float64(): number {
    return this.#window.readDoubleLE(this.#advance(8));
  }

  int64(): bigint {
    return this.#window.readBigInt64LE(this.#advance(8));
  }

  uint64(): bigint {
    return this.#window.readBigUInt64LE(this.#advance(8));
  }

  /**
   * A 64-bit count or size as a number. Values from 2^53 on lose their low bits but stay far above every limit, which is all
   * that a comparison with a limit needs; it avoids a bigint per token.
   */
  uint64AsNumber(): number {
    const low = this.uint32();
    return this.uint32() * 4294967296 + low;
  }

  #advance(count: number): number {
    const at = this.#at;
    this.#at += count;
    return at;
  }
}
