import type { Language } from '../../main/contract/accounts.contract.ts';
import { adapters } from './en/adapters.ts';
import { apiKeys } from './en/api-keys.ts';
import { audit } from './en/audit.ts';
import { auditScreen } from './en/audit-screen.ts';
import { cli } from './en/cli.ts';
import { common } from './en/common.ts';
import { comparisons } from './en/comparisons.ts';
import { data } from './en/data.ts';
import { deploymentVersions } from './en/deployment-versions.ts';
import { deployments } from './en/deployments.ts';
import { desktop } from './en/desktop.ts';
import { doctor } from './en/doctor.ts';
import { engine } from './en/engine.ts';
import { errors } from './en/errors.ts';
import { gateway } from './en/gateway.ts';
import { gatewayApi } from './en/gateway-api.ts';
import { gguf } from './en/gguf.ts';
import { home } from './en/home.ts';
import { importing } from './en/importing.ts';
import { jobs } from './en/jobs.ts';
import { jobsScreen } from './en/jobs-screen.ts';
import { models } from './en/models.ts';
import { monitoring } from './en/monitoring.ts';
import { network } from './en/network.ts';
import { playground } from './en/playground.ts';
import { quality } from './en/quality.ts';
import { settings } from './en/settings.ts';
import { shell } from './en/shell.ts';
import { shrinking } from './en/shrinking.ts';
import { start } from './en/start.ts';
import { textVectors } from './en/text-vectors.ts';
import { training } from './en/training.ts';
import { usage } from './en/usage.ts';
import { adapters as zhAdapters } from './zh-cn/adapters.ts';
import { apiKeys as zhApiKeys } from './zh-cn/api-keys.ts';
import { audit as zhAudit } from './zh-cn/audit.ts';
import { auditScreen as zhAuditScreen } from './zh-cn/audit-screen.ts';
import { cli as zhCli } from './zh-cn/cli.ts';
import { common as zhCommon } from './zh-cn/common.ts';
import { comparisons as zhComparisons } from './zh-cn/comparisons.ts';
import { data as zhData } from './zh-cn/data.ts';
import { deploymentVersions as zhDeploymentVersions } from './zh-cn/deployment-versions.ts';
import { deployments as zhDeployments } from './zh-cn/deployments.ts';
import { desktop as zhDesktop } from './zh-cn/desktop.ts';
import { doctor as zhDoctor } from './zh-cn/doctor.ts';
import { engine as zhEngine } from './zh-cn/engine.ts';
import { errors as zhErrors } from './zh-cn/errors.ts';
import { gateway as zhGateway } from './zh-cn/gateway.ts';
import { gatewayApi as zhGatewayApi } from './zh-cn/gateway-api.ts';
import { gguf as zhGguf } from './zh-cn/gguf.ts';
import { home as zhHome } from './zh-cn/home.ts';
import { importing as zhImporting } from './zh-cn/importing.ts';
import { jobs as zhJobs } from './zh-cn/jobs.ts';
import { jobsScreen as zhJobsScreen } from './zh-cn/jobs-screen.ts';
import { models as zhModels } from './zh-cn/models.ts';
import { monitoring as zhMonitoring } from './zh-cn/monitoring.ts';
import { network as zhNetwork } from './zh-cn/network.ts';
import { playground as zhPlayground } from './zh-cn/playground.ts';
import { quality as zhQuality } from './zh-cn/quality.ts';
import { settings as zhSettings } from './zh-cn/settings.ts';
import { shell as zhShell } from './zh-cn/shell.ts';
import { shrinking as zhShrinking } from './zh-cn/shrinking.ts';
import { start as zhStart } from './zh-cn/start.ts';
import { textVectors as zhTextVectors } from './zh-cn/text-vectors.ts';
import { training as zhTraining } from './zh-cn/training.ts';
import { usage as zhUsage } from './zh-cn/usage.ts';
import type { Translated } from './translated.ts';

/** All texts of the interface by area, in English: the source of the keys. Plain objects, so that any host may read them. */
export const english = {
  adapters,
  apiKeys,
  audit,
  auditScreen,
  cli,
  common,
  comparisons,
  data,
  deploymentVersions,
  deployments,
  desktop,
  doctor,
  engine,
  errors,
  gateway,
  gatewayApi,
  gguf,
  home,
  importing,
  jobs,
  jobsScreen,
  models,
  monitoring,
  network,
  playground,
  quality,
  settings,
  shell,
  shrinking,
  start,
  textVectors,
  training,
  usage,
};
export type Catalogue = Translated<typeof english>;

const chinese: Catalogue = {
  adapters: zhAdapters,
  apiKeys: zhApiKeys,
  audit: zhAudit,
  auditScreen: zhAuditScreen,
  cli: zhCli,
  common: zhCommon,
  comparisons: zhComparisons,
  data: zhData,
  deploymentVersions: zhDeploymentVersions,
  deployments: zhDeployments,
  desktop: zhDesktop,
  doctor: zhDoctor,
  engine: zhEngine,
  errors: zhErrors,
  gateway: zhGateway,
  gatewayApi: zhGatewayApi,
  gguf: zhGguf,
  home: zhHome,
  importing: zhImporting,
  jobs: zhJobs,
  jobsScreen: zhJobsScreen,
  models: zhModels,
  monitoring: zhMonitoring,
  network: zhNetwork,
  playground: zhPlayground,
  quality: zhQuality,
  settings: zhSettings,
  shell: zhShell,
  shrinking: zhShrinking,
  start: zhStart,
  textVectors: zhTextVectors,
  training: zhTraining,
  usage: zhUsage,
};

/** The texts of each language. English has the singular forms besides. */
export const catalogue: Record<Language, Catalogue> = { en: english, 'zh-CN': chinese };
