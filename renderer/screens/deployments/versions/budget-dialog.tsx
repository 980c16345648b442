import { NumberInput, Stack } from '@mantine/core';
import { useState } from 'react';
import type { MemoryBudget, MemoryView } from '../../../../main/contract/deployment-memory.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { showToast } from '../../../ui/toast.tsx';

interface BudgetDialogProps {
  view: MemoryView;
  onClose: () => void;
  onSaved: () => void;
}

/** How much of the machine's memory loaded models may take together. Mounted while it is open. */
export function BudgetDialog({ view, onClose, onSaved }: BudgetDialogProps) {
  const { t, format } = useTexts();
  const [budget, setBudget] = useState<MemoryBudget>(view.budget);
  const save = useCommand(async (wanted: MemoryBudget) => {
    await client.deployments.setMemoryBudget(wanted);
    showToast({ message: t('deploymentVersions.memory.dialog.done') });
    onSaved();
  });
  const field = (place: 'ram' | 'vram', percent: number, totalBytes: number) => (
    <NumberInput
      label={t(`deploymentVersions.memory.dialog.${place}`)}
      description={t('deploymentVersions.memory.dialog.is', { budget: format.bytes((totalBytes * percent) / 100), total: format.bytes(totalBytes) })}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      suffix={` ${t('deploymentVersions.memory.dialog.percent')}`}
      value={percent}
      min={10}
      max={100}
      step={5}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="blur"
      onChange={(next) => typeof next === 'number' && next >= 10 && next <= 100 && setBudget((before) => ({ ...before, [place === 'ram' ? 'ramPercent' : 'vramPercent']: next }))}
    />
  );
  return (
    <ConfirmDialog
      opened
      title={t('deploymentVersions.memory.dialog.title')}
      verb={t('deploymentVersions.memory.dialog.verb')}
      running={save.running}
      error={save.error}
      onConfirm={() => void save.run(budget)}
      onClose={() => {
        save.forget();
        onClose();
      }}
    >
      <Stack gap="md">
        <p>{t('deploymentVersions.memory.dialog.body')}</p>
        {field('ram', budget.ramPercent, view.ram.totalBytes)}
        {view.vram !== null && field('vram', budget.vramPercent, view.vram.totalBytes)}
      </Stack>
    </ConfirmDialog>
  );
}
