import { expect, it } from 'vitest';
import { moveWizard, wizardStart } from './wizard-state.ts';

const all = [true, true, true];

it('goes on only from an answered step and stops at the last', () => {
  expect(moveWizard(wizardStart, { kind: 'next' }, [false, true, true])).toEqual(wizardStart);
  const second = moveWizard(wizardStart, { kind: 'next' }, all);
  expect(second).toEqual({ current: 1, furthest: 1 });
  const last = moveWizard(second, { kind: 'next' }, all);
  expect(moveWizard(last, { kind: 'next' }, all)).toEqual({ current: 2, furthest: 2 });
});

it('goes back without forgetting how far it was', () => {
  expect(moveWizard({ current: 2, furthest: 2 }, { kind: 'back' }, all)).toEqual({ current: 1, furthest: 2 });
  expect(moveWizard(wizardStart, { kind: 'back' }, all)).toEqual(wizardStart);
});

it('jumps to a step that was reached, and not past one that was emptied meanwhile', () => {
  expect(moveWizard({ current: 0, furthest: 2 }, { kind: 'go', step: 2 }, all)).toEqual({ current: 2, furthest: 2 });
  expect(moveWizard({ current: 0, furthest: 2 }, { kind: 'go', step: 2 }, [true, false, true])).toEqual({ current: 0, furthest: 2 });
  expect(moveWizard({ current: 0, furthest: 1 }, { kind: 'go', step: 2 }, all)).toEqual({ current: 0, furthest: 1 });
});
