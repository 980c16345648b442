/** A package of node-llama-cpp with CUDA kernels, and the SHA-512 of its archive as the registry published it. */
export interface CudaPackage {
  readonly name: string;
  readonly integrity: string;
}

/** They belong to exactly this version of node-llama-cpp; a test holds it against package.json. */
export const cudaPackagesVersion = '3.21.1';

/**
 * What package.json leaves out (overrides): two thirds of a gigabyte that no developer and no test needs, but every
 * person with an NVIDIA card does. The installers get them from here, checked against these sums.
 */
export const cudaPackages: Readonly<Record<string, readonly CudaPackage[]>> = {
  'linux-x64': [
    { name: '@node-llama-cpp/linux-x64-cuda', integrity: 'sha512-idsE55VoD/FbvLhnBC9krUJaUoC0XnebseAAnCpm/brKf61HEbu+idgbb5eN6mxkjLSrHtILprJ0nDcUJjVrFg==' },
    { name: '@node-llama-cpp/linux-x64-cuda-ext', integrity: 'sha512-1PuURowccBcks3CCoMe1mTHh5vD0V5bFHMUEgtbI/OSDjpP+Pdbn+lf42CGUrepTzR8kCH1HovQ7d8q6/vuIKA==' },
  ],
  'win32-x64': [
    { name: '@node-llama-cpp/win-x64-cuda', integrity: 'sha512-PLz70neFEMkQTlmJqG1ujUtCSgHasLPMxQ9rLkqQVmZYAXqkRj+45TIHCjdn3XqUeaoun0vrO9rRaxZ8NVq9jg==' },
    { name: '@node-llama-cpp/win-x64-cuda-ext', integrity: 'sha512-L2MxLVEYPDDe4O8EDWPmX6brldc9+Vt9hNoT/anj3pSnmrjkQcmaoKhHs6oP5qhEhb5Uog0rj6lgzNGtJO3p9Q==' },
  ],
};
