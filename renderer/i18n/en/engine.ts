/** Ways of computing on this machine, why one is missing, and how an engine process can fail. */
export const engine = {
  backends: { cpu: 'Processor (CPU)', cuda: 'CUDA (NVIDIA)', vulkan: 'Vulkan', metal: 'Metal (Apple)' },
  missing: {
    'other-platform': {
      why: 'It does not exist for this operating system.',
      remedy: 'Nothing to do: use one of the others.',
    },
    'library-missing': {
      why: 'A system library it needs is not installed.',
      remedy: 'Install the graphics driver with its libraries (for Vulkan: the package libvulkan1), then look again.',
    },
    'driver-missing': {
      why: 'There is a graphics card, but its driver is not installed.',
      remedy: 'Install the driver of the card\'s maker, restart the machine, then look again.',
    },
    'no-device': {
      why: 'There is no graphics card it could use.',
      remedy: 'Use the processor, or a machine with a suitable card.',
    },
    'package-missing': {
      why: 'The part of the engine for it is not installed.',
      remedy: 'The installers contain it. In a source installation, add it as the README describes.',
    },
    'load-failed': {
      why: 'Its library is there but could not be loaded.',
      remedy: 'Update the graphics driver, restart the machine, then look again.',
    },
  },
  failed: {
    crashed: {
      what: 'The engine ended by itself.',
      why: 'The process that held the model crashed ({{detail}}). The rest of Modelward was not touched.',
      next: 'Start it again. If it happens again, use a smaller context or another version of the model.',
    },
    hung: {
      what: 'The engine stopped answering and was ended.',
      why: 'It gave no sign of life within its time limit ({{detail}}).',
      next: 'Start it again. If it happens again, check how busy the machine is.',
    },
    'never-ready': {
      what: 'The engine did not become ready.',
      why: 'Loading took longer than its time limit ({{detail}}).',
      next: 'Check whether the disk is slow or the machine is busy, then start it again.',
    },
    'memory-limit': {
      what: 'The engine was ended because it used too much memory.',
      why: 'It went past the memory limit of the deployment ({{detail}}).',
      next: 'Raise the limit, or use a smaller context or fewer requests at a time.',
    },
    'load-failed': {
      what: 'The engine could not load the model.',
      why: '{{detail}}',
      next: 'Try a smaller context or fewer layers on the graphics card. If that does not help, import the model again.',
    },
    'cannot-start': {
      what: 'The engine could not be started.',
      why: '{{detail}}',
      next: 'Look at the checks in Settings: they say what this machine lacks.',
    },
  },
  states: {
    stopped: 'Stopped',
    sleeping: 'Asleep',
    starting: 'Starting',
    ready: 'Ready',
    restarting: 'Restarting',
    stopping: 'Stopping',
    failed: 'Failed',
  },
};
