/**
 * Every code of main/contract/errors.ts in three parts: what happened, why (with the number), what to do now.
 * Placeholders are the code's data; numbers named …Bytes come as sizes, …Ms as times. `thing`, `ruleSentence`, `remedy`
 * and the like are made by i18n/error-sentence.ts from the tables below.
 */
export const errors = {
  codes: {
    WRONG_INPUT: {
      what: 'Something entered here is not valid.',
      why: '{{issueList}}',
      next: 'Correct it and try again.',
    },
    NOT_SIGNED_IN: {
      what: 'You are not signed in.',
      why: '{{signedOutReason}}',
      next: 'Sign in to continue where you were.',
    },
    PERMISSION_DENIED: {
      what: 'Your role does not allow this.',
      why: 'It needs the permission “{{permission}}”. The attempt is in the audit log.',
      next: 'Ask an administrator to do it or to change your role.',
    },
    NOT_FOUND: {
      what: 'This {{thing}} is no longer here.',
      why: 'It may have been removed in the meantime (id {{id}}).',
      next: 'Go back to the list and choose again.',
    },
    NAME_TAKEN: {
      what: 'The name “{{name}}” is already used.',
      why: 'Names are unique, so that nobody mixes two things up.',
      next: 'Choose another name.',
    },
    CONFIRMATION_MISMATCH: {
      what: 'The name you typed does not match.',
      why: 'The name is “{{expected}}”, letter for letter.',
      next: 'Type it again, or cancel.',
    },
    CANCELLED: { what: 'Cancelled.', why: 'It was stopped before it finished.', next: 'Start it again when you like.' },
    BUG: {
      what: 'Modelward made a mistake.',
      why: 'This should not happen. {{bugPlace}}',
      next: 'Try again. If it happens again, tell whoever supports you what you did.',
    },
    WRONG_PASSWORD: {
      what: 'The name or the password is not right.',
      why: '{{attemptsSentence}}',
      next: 'Try again. Check Caps Lock and the keyboard language.',
    },
    LOCKED_OUT: {
      what: 'Signing in is blocked for now.',
      why: 'There were too many wrong passwords. This protects the account from guessing.',
      next: 'Try again at {{untilMs}}.',
    },
    PASSWORD_TOO_SHORT: {
      what: 'The password is too short.',
      why: 'It needs at least {{minimum}} characters.',
      next: 'Add a few words. A sentence is easy to remember and hard to guess.',
    },
    PASSWORD_TOO_COMMON: {
      what: 'This password is too well known.',
      why: 'It is on the list of passwords attackers try first.',
      next: 'Choose one of your own, for example four or five unrelated words.',
    },
    ALREADY_SET_UP: {
      what: 'This data folder is already set up.',
      why: 'There is a Modelward database in {{path}}.',
      next: 'Sign in to it, or choose an empty folder.',
    },
    NOT_SET_UP: {
      what: 'This data folder is not set up yet.',
      why: 'There is no Modelward database in {{path}}.',
      next: 'Set it up first, or choose another data folder.',
    },
    LOCKED: {
      what: 'The database is locked.',
      why: 'Its key is opened by a password, and nobody has signed in since the start.',
      next: 'Sign in.',
    },
    DATA_FOLDER_IN_USE: {
      what: 'Modelward is already running on this data folder.',
      why: '{{processSentence}} Two at once would damage the data in {{path}}.',
      next: 'Use the one that is running, or close it and try again.',
    },
    DATA_FOLDER_NOT_WRITABLE: {
      what: 'Modelward cannot write to its data folder.',
      why: '{{path}}: {{reason}}.',
      next: 'Give this account the right to write there, or choose another folder.',
    },
    DATABASE_DAMAGED: {
      what: 'The database is damaged.',
      why: '{{path}} cannot be read ({{detail}}). A failing disk or an interrupted copy is the usual cause.',
      next: 'Do not delete anything. Put back the last backup of the data folder, then try again.',
    },
    DATABASE_TOO_NEW: {
      what: 'This data folder belongs to a newer Modelward.',
      why: 'The database has format {{foundVersion}}; this program knows formats up to {{knownVersion}}. Opening it could destroy data.',
      next: 'Start the newer version, or choose another data folder.',
    },
    DATABASE_KEY_WRONG: {
      what: 'The key does not open the database.',
      why: 'The key file beside {{path}} belongs to another database. The database itself is not damaged.',
      next: 'Put the key file back that belongs to this data folder, then try again.',
    },
    KEY_FILE_DAMAGED: {
      what: 'The key file is damaged.',
      why: '{{path}}: {{detail}}. Without it the database stays closed.',
      next: 'Put the key file back from a backup of the data folder, then try again.',
    },
    DISK_FULL: {
      what: 'There is not enough room on the disk.',
      why: '{{roomSentence}}',
      next: 'Free some room on the volume of {{path}}, then try again. Nothing was left half-done.',
    },
    PATH_NOT_FOUND: {
      what: 'There is nothing at this path.',
      why: '{{path}} does not exist. A USB stick may have been taken out, or the path is mistyped.',
      next: 'Check the path, or choose the file again.',
    },
    PATH_NOT_READABLE: {
      what: 'Modelward may not read this path.',
      why: '{{path}}: {{reason}}.',
      next: 'Give this account the right to read it, or copy the file to a folder it may read.',
    },
    NOT_A_REGULAR_FILE: {
      what: 'This is not an ordinary file.',
      why: '{{path}} is a link, a device or a folder. Only ordinary files are imported, for safety.',
      next: 'Choose the .gguf file itself.',
    },
    GGUF_REFUSED: {
      what: 'This model file is refused.',
      why: '{{ruleSentence}} (byte {{byteOffset}})',
      next: '{{ruleNext}}',
    },
    CHAT_TEMPLATE_REFUSED: {
      what: 'The model\'s chat template is refused.',
      why: '{{templateReason}}',
      next: 'Do not trust this file unless its source can explain it. Nothing was kept.',
    },
    MODEL_ALREADY_IMPORTED: {
      what: 'These bytes are already here.',
      why: 'The file is identical to a version of “{{name}}”. Nothing was stored twice.',
      next: 'Open that model.',
    },
    FILE_CHANGED_DURING_IMPORT: {
      what: 'The file changed while it was being imported.',
      why: 'Something is still writing to {{path}}, perhaps a copy or a download.',
      next: 'Wait until it is complete, then import it again. Nothing was kept.',
    },
    TRIAL_LOAD_FAILED: {
      what: 'The model could not be loaded.',
      why: 'Its structure is sound, but the engine refused it: {{reason}}.',
      next: 'It may need a newer engine. Try another version of the model; nothing was kept of this one.',
    },
    MODEL_IN_USE: {
      what: 'This model is in use.',
      why: 'These deployments run on it: {{deploymentList}}.',
      next: 'Remove them first.',
    },
    MODEL_RETIRED: {
      what: '“{{name}}” is retired.',
      why: 'A retired model is kept for the record and is not deployed any more.',
      next: 'Restore it first, or choose another model.',
    },
    MODEL_FILE_CHANGED: {
      what: 'The stored model file is no longer what was imported.',
      why: '{{path}} was changed or damaged after the import. It is not loaded, for safety.',
      next: 'Import the model again from its original, and find out what changed the file.',
    },
    MODEL_NOT_CHATTABLE: {
      what: 'This model cannot hold a conversation.',
      why: 'It was made for something else ({{purposeName}}).',
      next: 'Choose a model for text generation.',
    },
    BACKEND_UNAVAILABLE: {
      what: '{{backendName}} cannot be used on this machine.',
      why: '{{reasonSentence}}',
      next: '{{remedy}}',
    },
    DOES_NOT_FIT: {
      what: 'The model does not fit into {{placeName}}.',
      why: 'It needs {{neededBytes}}; of {{totalBytes}} there are {{availableBytes}} free.',
      next: '{{wouldFitSentence}}',
    },
    CONTEXT_TOO_LARGE: {
      what: 'The context is larger than the model was trained for.',
      why: '{{requested}} tokens were asked for; the model knows {{trained}}. Beyond that its answers fall apart.',
      next: 'Choose at most {{trained}} tokens.',
    },
    DEPLOYMENT_NOT_READY: {
      what: '“{{name}}” cannot answer yet.',
      why: 'Its state is: {{stateName}}.',
      next: 'Wait until it is ready, or start it.',
    },
    DEPLOYMENT_BUSY: {
      what: '“{{name}}” has more to do than it can take.',
      why: 'Its queue of {{queueLimit}} waiting requests is full.',
      next: 'Try again in a moment, or raise the queue limit.',
    },
    ENGINE_FAILED: { what: '{{engineWhat}}', why: '{{engineWhy}}', next: '{{engineNext}}' },
    PROMPT_TOO_LONG: {
      what: 'The question is too long for this deployment.',
      why: 'It has {{promptTokens}} tokens; the context holds {{contextSize}}, answer included.',
      next: 'Shorten it, start a new conversation, or deploy with a larger context.',
    },
    PORT_TAKEN: {
      what: 'Port {{port}} is taken.',
      why: 'Another program on this machine listens there, perhaps a second Modelward.',
      next: 'Choose another port, or end the other program.',
    },
    JOB_NOT_CANCELLABLE: {
      what: 'This job can no longer be cancelled.',
      why: 'Its state is: {{jobStateName}}.',
      next: 'Nothing needs doing.',
    },
    JOB_NOT_RETRYABLE: {
      what: 'This job cannot be run again.',
      why: 'Its state is: {{jobStateName}}.',
      next: 'Start a new one.',
    },
    CONNECTION_LOST: {
      what: 'The connection to Modelward is lost.',
      why: 'The program was closed or restarted, or the machine went to sleep.',
      next: 'It connects again by itself. Then try once more.',
    },
  },
  things: {
    model: 'model',
    version: 'version',
    deployment: 'deployment',
    job: 'job',
    key: 'API key',
    event: 'audit event',
    upload: 'upload',
    trial: 'trial',
  },
  signedOut: {
    never: 'This needs a person who is signed in.',
    idle: 'Nothing was done for a while, so the screen was locked.',
    expired: 'The session reached its longest duration.',
    'signed-out': 'The session was ended.',
  },
  bugLogged: 'The log holds the details under the reference {{referenceId}}.',
  bugHere: 'The fault is in this window; nothing that was saved is lost.',
  template: {
    'too-slow': 'Trying it out took longer than any honest template needs.',
    'too-much-memory': 'Trying it out needed more memory than any honest template needs.',
  },
  attempts_one: '{{count}} attempt is left before signing in is blocked for a while.',
  attempts_other: '{{count}} attempts are left before signing in is blocked for a while.',
  attemptsUnknown: 'They are compared letter for letter, capitals included.',
  process: 'It is process {{processId}}.',
  processUnknown: 'Another process holds it.',
  room: '{{neededBytes}} are needed and {{freeBytes}} are free on the volume of {{path}}.',
  roomUnknown: 'The volume of {{path}} is full.',
  places: { ram: 'the memory (RAM)', vram: 'the memory of the graphics card' },
  wouldFit: 'This would fit: {{backendName}}, {{gpuLayers}} layers on the graphics card, context of {{contextSize}} tokens.',
  wouldFitCpu: 'This would fit: on the processor (CPU), context of {{contextSize}} tokens.',
  wouldFitNothing: 'Choose a smaller version of the model (for example Q4_K_M), or a machine with more memory.',
  purposes: {
    'text-generation': 'Text generation',
    embedding: 'Embeddings for search',
    reranking: 'Reranking of search results',
    projector: 'Image or sound projector of another model',
    adapter: 'Adapter (LoRA) for another model',
    other: 'Something else',
  },
};
