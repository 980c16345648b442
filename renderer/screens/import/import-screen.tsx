import type { RouteOf } from '../../state/routes.ts';
import { ImportJob } from './import-job.tsx';
import { ImportWizard } from './import-wizard.tsx';

/** Importing a model: the wizard, and with a job in the address its progress and result, also after coming back. */
export default function ImportScreen({ route }: { route: RouteOf<'import'> }) {
  return route.jobId === undefined ? <ImportWizard /> : <ImportJob key={route.jobId} jobId={route.jobId} />;
}
