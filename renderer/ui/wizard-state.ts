/** Where a wizard stands: the step shown and the furthest step ever reached. Entries live with the screen, so Back loses nothing. */
export interface WizardPosition {
  current: number;
  furthest: number;
}

export type WizardMove = { kind: 'next' } | { kind: 'back' } | { kind: 'go'; step: number } | { kind: 'restart' };

export const wizardStart: WizardPosition = { current: 0, furthest: 0 };

/**
 * Moves a wizard. `passable[i]` says whether step i is answered: nobody can go past one that is not, also not by the
 * list at the left after going back and emptying an answer.
 */
export function moveWizard(position: WizardPosition, move: WizardMove, passable: readonly boolean[]): WizardPosition {
  const last = passable.length - 1;
  const firstOpen = passable.findIndex((answered) => !answered);
  const reach = firstOpen === -1 ? last : firstOpen;
  switch (move.kind) {
    case 'next': {
      if (passable[position.current] !== true || position.current >= last) return position;
      const current = position.current + 1;
      return { current, furthest: Math.max(position.furthest, current) };
    }
    case 'back':
      return { ...position, current: Math.max(0, position.current - 1) };
    case 'go': {
      if (move.step < 0 || move.step > Math.min(position.furthest, reach)) return position;
      return { ...position, current: move.step };
    }
    case 'restart':
      return wizardStart;
  }
}
