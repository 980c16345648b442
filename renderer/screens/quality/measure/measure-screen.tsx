import type { RouteOf } from '../../../state/routes.ts';
import { MeasureJob } from './measure-job.tsx';
import { MeasureWizard } from './measure-wizard.tsx';

/** The wizard, or the benchmark it started. */
export default function MeasureScreen({ route }: { route: RouteOf<'measure'> }) {
  return route.jobId === undefined ? <MeasureWizard key={`${route.versionId ?? ''}/${route.deploymentId ?? ''}`} route={route} /> : <MeasureJob key={route.jobId} jobId={route.jobId} />;
}
