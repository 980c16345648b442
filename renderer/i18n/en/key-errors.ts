/** Codes of API keys; spread into errors.ts. `keyWhen`, `keyAllowed` and the like are made by i18n/key-error-values.ts. */
export const keyErrorCodes = {
  KEY_REVOKED: {
    what: 'The key “{{name}}” is revoked.',
    why: 'It was taken back on {{keyWhen}}. A revoked key cannot be used, changed or made valid again.',
    next: 'Create a new key in its place.',
  },
  KEY_EXPIRED: {
    what: 'The key “{{name}}” has expired.',
    why: 'It was valid until {{keyWhen}}.',
    next: 'Set a later date of expiry, or create a new key.',
  },
  KEY_EXPIRY_PAST: {
    what: 'The date of expiry lies in the past.',
    why: 'A key that ends on {{keyWhen}} could not be used for anything.',
    next: 'Choose a later date, or none.',
  },
  KEY_AMBIGUOUS: {
    what: 'More than one key is called “{{name}}”.',
    why: 'They begin with {{keyList}}.',
    next: 'Say which one by how it begins or by its id.',
  },
  KEY_SCOPE: {
    what: 'A program asked for what its key does not allow.',
    why: 'It asked for “{{wanted}}”; the key allows {{keyAllowed}}.',
    next: 'Give the program another key, or widen the scope of this one.',
  },
  KEY_QUOTA: {
    what: 'The quota of a key is used up.',
    why: 'It allows {{limit}} {{keyUnit}} {{keyWindow}} and counts anew on {{keyWhen}}.',
    next: 'Wait until then, or raise the quota on the page of the key.',
  },
  KEY_BUSY: {
    what: 'A key has as many requests running as it may.',
    why: 'At most {{limit}} may run at once.',
    next: 'The program should wait for an answer before it asks again; or allow it more at once.',
  },
};

export const keyErrorParts = {
  units: { requests: 'requests', tokens: 'tokens' },
  windows: { minute: 'a minute', day: 'a day', month: 'a month' },
  nothing: 'nothing',
};
