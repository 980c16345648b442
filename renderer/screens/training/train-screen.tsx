import type { RouteOf } from '../../state/routes.ts';
import { TrainWizard } from './train-wizard.tsx';

/** The wizard; what it starts has an address of its own. */
export default function TrainScreen({ route }: { route: RouteOf<'train'> }) {
  return <TrainWizard key={`${route.versionId ?? ''}/${route.data ?? ''}`} route={route} />;
}
