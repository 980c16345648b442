import { hash, verify } from '@node-rs/argon2';
import { MINIMUM_PASSWORD_LENGTH } from '../contract/accounts.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';

/** Number of Argon2id in @node-rs/argon2 (its const enum cannot be imported one module at a time). */
const argon2id = 2;

/** Argon2id for stored passwords: 46 MiB, 2 passes, one lane; at least OWASP's 19 MiB / 2 / 1 (SECURITY §4). */
const cost = { algorithm: argon2id, memoryCost: 47_104, timeCost: 2, parallelism: 1 };

/**
 * Refuses passwords that are short or made of something everybody tries first. No composition rules: length is what
 * counts (NIST SP 800-63B-4 §3.1.1). Raises PASSWORD_TOO_SHORT, PASSWORD_TOO_COMMON.
 */
export function checkPassword(password: string, personName: string): void {
  const normalized = password.normalize('NFKC');
  if ([...normalized].length < MINIMUM_PASSWORD_LENGTH) {
    throw new ExpectedError('PASSWORD_TOO_SHORT', { minimum: MINIMUM_PASSWORD_LENGTH });
  }
  const folded = normalized.toLowerCase();
  const own = personName.normalize('NFKC').toLowerCase().trim();
  const withoutCommon = [...commonParts, own].reduce((rest, part) => (part === '' ? rest : rest.replaceAll(part, '')), folded);
  const distinct = new Set(withoutCommon).size;
  if (withoutCommon.length < 5 || distinct < 3 || isSequence(withoutCommon)) throw new ExpectedError('PASSWORD_TOO_COMMON', {});
}

const commonParts = [
  'password', 'passwort', 'passwd', 'modelward', 'administrator', 'admin', 'hospital', 'welcome', 'letmein', 'qwertyuiop', 'qwertz', 'qwerty',
  'asdfghjkl', 'iloveyou', 'changeme', 'secret', 'dragon', 'monkey', 'football', '1234567890', '123456789', '12345678', '123456', '1234', '0000',
  '1111', 'abc123', 'abcdef', '2024', '2025', '2026',
]; // prettier-ignore

function isSequence(text: string): boolean {
  if (text.length < 2) return true;
  const steps = new Set<number>();
  for (let i = 1; i < text.length; i++) steps.add(text.charCodeAt(i) - text.charCodeAt(i - 1));
  return steps.size === 1;
}

let queue: Promise<unknown> = Promise.resolve();

/** One hash at a time: memory-hard work must not be a way to exhaust the machine. */
function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  const turn = queue.then(work, work);
  queue = turn.catch(() => undefined);
  return turn;
}

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password.normalize('NFKC'), cost));
}

export function verifyPassword(stored: string, password: string): Promise<boolean> {
  return inTurn(() => verify(stored, password.normalize('NFKC')));
}

let decoy: Promise<string> | undefined;

/** Spends the time of a verification for a name that does not exist, so that the answer's time tells nothing. */
export async function verifyDecoy(password: string): Promise<false> {
  decoy ??= hashPassword('no such person, only the same work');
  await verifyPassword(await decoy, password);
  return false;
}
