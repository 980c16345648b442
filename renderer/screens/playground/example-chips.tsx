import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useBundledModel } from '../../state/bundled-model.ts';
import classes from './playground.module.css';

const MOST_SHOWN = 4;

/** Questions to try the model in the box with, in the person's language; nothing for any other model. */
export function ExampleChips({ deployment, onTake }: { deployment: DeploymentView; onTake: (question: string) => void }) {
  const { t, language } = useTexts();
  const bundled = useBundledModel().data;
  if (bundled?.imported == null || bundled.imported.modelId !== deployment.modelId) return null;
  return (
    <div className={classes['examples']} role="group" aria-label={t('playground.tryLabel')}>
      <span className={classes['tryWord']} aria-hidden>
        {t('playground.tryOne')}
      </span>
      {bundled.examples[language].slice(0, MOST_SHOWN).map((example) => (
        <button key={example} type="button" className={classes['example']} title={example} onClick={() => onTake(example)}>
          {example}
        </button>
      ))}
    </div>
  );
}
