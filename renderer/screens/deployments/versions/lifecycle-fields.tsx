import { NumberInput } from '@mantine/core';
import { DEFAULT_IDLE_MINUTES } from '../../../../main/contract/deployments.contract.ts';
import type { Lifecycle } from '../../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import classes from './versions.module.css';

const MOST_MINUTES = 10_080;

/** Always loaded, or on demand with the minutes after which it is unloaded. */
export function LifecycleFields({ lifecycle, onLifecycle }: { lifecycle: Lifecycle; onLifecycle: (lifecycle: Lifecycle) => void }) {
  const { t } = useTexts();
  const idleMinutes = lifecycle.kind === 'on-demand' ? lifecycle.idleMinutes : DEFAULT_IDLE_MINUTES;
  return (
    <div className={classes['lifecycle']}>
      <ChoiceCards
        label={t('deploymentVersions.lifecycle.question')}
        value={lifecycle.kind}
        onChange={(kind) => onLifecycle(kind === 'pinned' ? { kind } : { kind, idleMinutes })}
        choices={[
          { value: 'pinned', label: t('deploymentVersions.lifecycle.pinned'), help: t('deploymentVersions.lifecycle.pinnedHelp') },
          { value: 'on-demand', label: t('deploymentVersions.lifecycle.onDemand'), help: t('deploymentVersions.lifecycle.onDemandHelp') },
        ]}
      />
      {lifecycle.kind === 'on-demand' && (
        <NumberInput
          label={t('deploymentVersions.lifecycle.minutes')}
          className={classes['minutes'] ?? ''}
          suffix={` ${t('deploymentVersions.lifecycle.minutesUnit')}`}
          value={idleMinutes}
          min={1}
          max={MOST_MINUTES}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="blur"
          onChange={(next) => typeof next === 'number' && next >= 1 && next <= MOST_MINUTES && onLifecycle({ kind: 'on-demand', idleMinutes: next })}
        />
      )}
    </div>
  );
}
