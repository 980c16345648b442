/** Failures of switching versions and of the memory that loaded models share. */
export const switchingErrorCodes = {
  OVERLAP_DOES_NOT_FIT: {
    what: 'There is no room for both versions of “{{name}}” at once.',
    why: 'The new version needs {{neededBytes}} of {{placeName}}; {{availableBytes}} are free while the present version holds {{heldBytes}}.',
    next: '{{overlapRemedy}}',
  },
  MEMORY_HELD: {
    what: 'There is no memory left to load “{{name}}”.',
    why: 'It needs {{neededBytes}} of {{placeName}}; of the {{budgetBytes}} that loaded models may take, {{usedBytes}} are taken by {{holderList}}.',
    next: 'Stop one of them or load it on demand, or raise the memory budget on the Deployments screen.',
  },
  TRIAL_OVER: {
    what: 'The trial of the new version for “{{name}}” is over.',
    why: 'A tried version stays loaded for five minutes, and only as it was tried. The present version goes on serving; nothing was changed.',
    next: 'Try it again, then switch.',
  },
  DEPLOYMENT_CHANGED: {
    what: '“{{name}}” has changed in the meantime.',
    why: 'Its version, settings or adapters are no longer those this switch was prepared for. Nothing was switched.',
    next: 'Look at the deployment as it is now, then prepare the switch again.',
  },
  OTHER_PURPOSE: {
    what: '“{{name}}” cannot move to this model.',
    why: 'Programs ask it for what a model for {{purposeName}} does; the chosen one is for {{wantedName}}.',
    next: 'Choose a version for the same purpose, or deploy the other model under a name of its own.',
  },
  NOTHING_TO_ROLL_BACK_TO: {
    what: '“{{name}}” has no earlier version to go back to.',
    why: 'It has served with one version only, or the one before was deleted.',
    next: 'Use “Switch version” to choose one.',
  },
};
