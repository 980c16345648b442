import { NumberInput } from '@mantine/core';
import { DEFAULT_QUEUE_TIMEOUT_MS } from '../../../../main/contract/deployments.contract.ts';
import type { DeploymentLimits } from '../../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';

const SECOND_MS = 1000;
const MOST_SECONDS = 3600;

interface QueueTimeoutFieldProps {
  limits: DeploymentLimits;
  onLimits: (limits: Partial<DeploymentLimits>) => void;
}

/** How long a request waits for the engine or its turn. */
export function QueueTimeoutField({ limits, onLimits }: QueueTimeoutFieldProps) {
  const { t } = useTexts();
  return (
    <NumberInput
      label={t('deploymentVersions.queueTimeout')}
      description={t('deploymentVersions.queueTimeoutExplain')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      suffix={` ${t('deploymentVersions.seconds')}`}
      value={Math.round((limits.queueTimeoutMs ?? DEFAULT_QUEUE_TIMEOUT_MS) / SECOND_MS)}
      min={1}
      max={MOST_SECONDS}
      step={10}
      allowNegative={false}
      allowDecimal={false}
      clampBehavior="blur"
      onChange={(next) => typeof next === 'number' && next >= 1 && next <= MOST_SECONDS && onLimits({ queueTimeoutMs: next * SECOND_MS })}
    />
  );
}
