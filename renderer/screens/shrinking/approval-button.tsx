import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useMay } from '../../state/session.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { ApprovalDialog } from './approval-dialog.tsx';
import type { ApprovalSubject } from './approval-dialog.tsx';

/** What is not recommended can still be approved, but the button does not ask for it. */
interface ApprovalButtonProps {
  model: ModelDetail;
  version: ModelVersion;
  recommended?: boolean;
  onMeasure?: () => void;
}

/** "Approve this version", or by whom it is approved with the way to take that back. */
export function ApprovalButton({ model, version, recommended = true, onMeasure }: ApprovalButtonProps) {
  const { t, format } = useTexts();
  const mayManage = useMay('models.manage');
  const [subject, setSubject] = useState<ApprovalSubject | null>(null);
  const { approval } = version;
  const ask = (verb: ApprovalSubject['verb']): void => setSubject({ modelName: model.name, versionId: version.id, number: version.number, verb });
  return (
    <>
      {approval !== null && <StatusBadge tone="fine" label={t('comparisons.approval.approvedBy', { who: approval.by, date: format.date(approval.atMs) })} />}
      {mayManage && approval === null && (
        <Button variant={recommended ? 'filled' : 'default'} leftSection={<IconCircleCheck size={18} aria-hidden />} onClick={() => ask('approve')}>
          {t('comparisons.approval.approve')}
        </Button>
      )}
      {mayManage && approval !== null && (
        <Button variant="default" onClick={() => ask('withdraw')}>
          {t('comparisons.approval.withdraw')}
        </Button>
      )}
      <ApprovalDialog subject={subject} onClose={() => setSubject(null)} {...(onMeasure === undefined ? {} : { onMeasure })} />
    </>
  );
}
