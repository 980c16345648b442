/**
 * Checks of `system.doctor`: a name and a sentence for each state. Placeholders a check does not send are left out, so
 * the sentences stay whole without them.
 */
export const doctor = {
  states: { fine: 'Fine', look: 'Have a look', act: 'Act' },
  /** A backend that is there, but as a program on the processor. */
  software: '{{backendName}} is only imitated by software: slower than the processor, never recommended.',
  /** Why the runtime of the desktop window cannot be used. */
  runtime: {
    missing:
      'The runtime of the desktop window (Electron {{version}}) is not installed; the browser shows the same screens. “npm start” fetches it where it can be reached; otherwise unpack it into {{folder}}.',
    'other-version':
      'The runtime of the desktop window is Electron {{foundVersion}}, but {{version}} is needed; the browser shows the same screens. “npm start” fetches it where it can be reached; otherwise unpack it into {{folder}}.',
  },
  /** What the clock is behind of. */
  clockBehind: {
    build: 'It says {{now}}, but this Modelward was built later, on {{latest}}. Set the clock of this machine right: the audit log carries its times.',
    event: 'It says {{now}}, but the audit log already has an event of {{latest}}. Set the clock of this machine right. If it is right now, it was wrong then.',
    database: 'It says {{now}}, but the database was already written on {{latest}}. Set the clock of this machine right. If it is right now, it was wrong then.',
  },
  checks: {
    node: {
      name: 'Node.js',
      fine: 'Version {{version}}.',
      look: 'Version {{version}} works; {{required}} or later is better.',
      act: 'Version {{version}} is too old. Install {{required}} or later.',
    },
    'data-folder': {
      name: 'Data folder',
      fine: '{{path}} can be read and written.',
      look: 'Others on this machine may read {{path}}. Restrict it to this account.',
      act: '{{path}} cannot be opened or written. The start screen says why and what to do.',
    },
    'disk-space': {
      name: 'Room on the disk',
      fine: '{{freeBytes}} free of {{totalBytes}}.',
      look: 'Only {{freeBytes}} free of {{totalBytes}}. A larger model may not fit.',
      act: 'Only {{freeBytes}} free of {{totalBytes}}. Free some room before you import anything.',
    },
    database: {
      name: 'Database',
      fine: 'It is open, encrypted and in order.',
      look: 'It is not set up yet, or locked until somebody signs in.',
      act: 'It cannot be opened. The start screen says why and what to do.',
    },
    'key-file': {
      name: 'Key file',
      fine: 'It is in place and whole.',
      look: 'There is none yet: it is made at the first start.',
      act: 'It is missing or damaged. Put it back from a backup of the data folder.',
    },
    memory: {
      name: 'Memory',
      fine: '{{availableBytes}} free of {{totalBytes}}.',
      look: '{{availableBytes}} free of {{totalBytes}}: enough for small models only.',
      act: '{{availableBytes}} free of {{totalBytes}}: close other programs before you load a model.',
    },
    cpu: {
      name: 'Processor',
      fine: '{{name}}, {{usableCores}} cores usable.',
      look: '{{name}}, {{usableCores}} cores usable: answers will be slow with larger models.',
      act: '{{name}} lacks what the engine needs.',
    },
    backend: {
      name: 'Computing backend',
      fine: '{{backendName}} can be used.',
      look: '{{backendName}} cannot be used. {{reasonSentence}}',
      act: '{{backendName}} should always work but does not. {{reasonSentence}}',
    },
    engine: {
      name: 'Engine',
      fine: 'llama.cpp {{release}} is in place.',
      look: 'llama.cpp {{release}} is in place, with a remark: {{detail}}',
      act: 'The engine cannot be loaded. Install Modelward again. {{detail}}',
    },
    'desktop-runtime': {
      name: 'Desktop window',
      fine: 'The runtime of the desktop window is in place. {{electron}}',
      look: '{{runtimeSentence}}',
      act: 'The runtime of the desktop window is damaged. Install Modelward again.',
    },
    clock: {
      name: 'Clock',
      fine: 'It is not behind anything recorded here.',
      look: '{{clockSentence}}',
      act: 'The clock is wrong: the audit log would carry wrong times. Set it right.',
    },
  },
};
