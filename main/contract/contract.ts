import { accountsContract } from './accounts.contract.ts';
import { adaptersContract } from './adapters.contract.ts';
import { apiKeysContract } from './api-keys.contract.ts';
import { auditContract } from './audit.contract.ts';
import { benchmarksContract } from './benchmarks.contract.ts';
import { datasetsContract } from './datasets.contract.ts';
import { deploymentMemoryContract } from './deployment-memory.contract.ts';
import { deploymentVersionsContract } from './deployment-versions.contract.ts';
import { deploymentsContract } from './deployments.contract.ts';
import { eventsContract } from './events.contract.ts';
import { gatewayContract } from './gateway.contract.ts';
import { jobsContract } from './jobs.contract.ts';
import { modelsContract } from './models.contract.ts';
import { monitoringContract } from './monitoring.contract.ts';
import { networkContract } from './network.contract.ts';
import { quantizationContract } from './quantization.contract.ts';
import { systemContract } from './system.contract.ts';
import { textVectorsContract } from './text-vectors.contract.ts';
import { trainingContract } from './training.contract.ts';
import { usageContract } from './usage.contract.ts';

/** Everything the two sides say to each other. Transport-free: the same over MessagePort, WebSocket and in process. */
export const contract = {
  system: systemContract,
  accounts: accountsContract,
  models: modelsContract,
  adapters: adaptersContract,
  deployments: { ...deploymentsContract, ...deploymentVersionsContract, ...deploymentMemoryContract, ...textVectorsContract },
  gateway: gatewayContract,
  apiKeys: apiKeysContract,
  network: networkContract,
  usage: usageContract,
  benchmarks: benchmarksContract,
  quantization: quantizationContract,
  datasets: datasetsContract,
  training: trainingContract,
  monitoring: monitoringContract,
  audit: auditContract,
  jobs: jobsContract,
  events: eventsContract,
};
export type Contract = typeof contract;
