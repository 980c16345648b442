import type { RouteOf } from '../../state/routes.ts';
import { ImportDataJob } from './import-data-job.tsx';
import { ImportDataWizard } from './import-data-wizard.tsx';

/** Importing data: the wizard, and with a job in the address its progress and result, also after coming back. */
export default function ImportDataScreen({ route }: { route: RouteOf<'import-data'> }) {
  return route.jobId === undefined ? <ImportDataWizard key={route.datasetId ?? ''} route={route} /> : <ImportDataJob key={route.jobId} jobId={route.jobId} />;
}
