import type { RouteOf } from '../../state/routes.ts';
import { ImportAdapterJob } from './import-adapter-job.tsx';
import { ImportAdapterWizard } from './import-adapter-wizard.tsx';

/** Importing an adapter: the wizard, and with a job in the address its progress and result, also after coming back. */
export default function ImportAdapterScreen({ route }: { route: RouteOf<'import-adapter'> }) {
  if (route.jobId !== undefined) return <ImportAdapterJob key={route.jobId} jobId={route.jobId} />;
  return <ImportAdapterWizard modelId={route.modelId ?? null} />;
}
