import { ExpectedError } from '../kernel/errors.ts';

type Data = ExpectedError<'TRAINING_REFUSED'>['data'];

/** TRAINING_REFUSED with what is known, the rest empty. */
export function refused(reason: Data['reason'], data: Partial<Omit<Data, 'reason'>> = {}): ExpectedError<'TRAINING_REFUSED'> {
  return new ExpectedError('TRAINING_REFUSED', { reason, detail: '', parentVersionId: null, parentNumber: null, found: null, needed: null, ...data });
}
