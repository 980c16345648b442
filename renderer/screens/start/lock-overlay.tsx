import type { SessionView } from '../../../main/contract/accounts.contract.ts';
/** Over a locked screen. */
export function LockOverlay({ person }: { person: SessionView }) {
  return <div>{person.name}</div>;
}
