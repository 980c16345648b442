import type { RouteOf } from '../../../state/routes.ts';
import { TuneJob } from './tune-job.tsx';
import { TuneWizard } from './tune-wizard.tsx';

/** The wizard, or the tuning it started. */
export default function TuneScreen({ route }: { route: RouteOf<'tune'> }) {
  return route.jobId === undefined ? <TuneWizard key={route.versionId ?? ''} route={route} /> : <TuneJob key={route.jobId} jobId={route.jobId} />;
}
