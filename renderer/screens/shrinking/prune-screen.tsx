import type { RouteOf } from '../../state/routes.ts';
import { PruneWizard } from './prune-wizard.tsx';
import { ShrinkJob } from './shrink-job.tsx';

/** Pruning: the wizard, and with a job in the address its progress and result, also after coming back. */
export default function PruneScreen({ route }: { route: RouteOf<'prune'> }) {
  return route.jobId === undefined ? <PruneWizard versionId={route.versionId} /> : <ShrinkJob key={route.jobId} jobId={route.jobId} verb="prune" />;
}
