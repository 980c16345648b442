import type { RouteOf } from '../../state/routes.ts';
import { QuantizeWizard } from './quantize-wizard.tsx';
import { ShrinkJob } from './shrink-job.tsx';

/** Quantizing: the wizard, and with a job in the address its progress and result, also after coming back. */
export default function QuantizeScreen({ route }: { route: RouteOf<'quantize'> }) {
  return route.jobId === undefined ? <QuantizeWizard versionId={route.versionId} /> : <ShrinkJob key={route.jobId} jobId={route.jobId} verb="quantize" />;
}
