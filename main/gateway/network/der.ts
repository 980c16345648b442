/**
 * Writes ASN.1 in DER (ITU-T X.690), as far as a certificate needs it. Nothing is read here: certificates that come from elsewhere are
 * never parsed by Modelward.
 */

/** Tag, length, content. Lengths up to 65,535 bytes: a certificate is far smaller. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const header = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

export function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

export function setOf(part: Buffer): Buffer {
  return element(0x31, part);
}

/** A non-negative integer from its big-endian bytes, with no more of them than DER allows. */
export function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const trimmed = bytes.subarray(start);
  return element(0x02, ((trimmed[0] ?? 0) & 0x80) === 0 ? trimmed : Buffer.concat([Buffer.from([0]), trimmed]));
}

/** TRUE. DER leaves a default FALSE out, so it is never written. */
export function truth(): Buffer {
  return element(0x01, Buffer.from([0xff]));
}

/** `2.5.29.17` */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

export function octetString(content: Buffer): Buffer {
  return element(0x04, content);
}

export function bitString(content: Buffer, unusedBits = 0): Buffer {
  return element(0x03, Buffer.concat([Buffer.from([unusedBits]), content]));
}

export function utf8String(text: string): Buffer {
  return element(0x0c, Buffer.from(text, 'utf8'));
}

/** UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5). Whole seconds. */
export function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z').replace(/[-:T]/g, '');
  const early = Number(digits.slice(0, 4)) < 2050;
  return element(early ? 0x17 : 0x18, Buffer.from(early ? digits.slice(2) : digits, 'ascii'));
}

/** [number] around an element of its own. */
export function explicit(number: number, inner: Buffer): Buffer {
  return element(0xa0 | number, inner);
}

/** [number] in place of the tag of a primitive. */
export function implicit(number: number, content: Buffer): Buffer {
  return element(0x80 | number, content);
}
