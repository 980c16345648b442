import { ActionIcon, Menu } from '@mantine/core';
import { IconAdjustments, IconCircleCheck, IconCircleMinus, IconCut, IconDots, IconGauge, IconRocket, IconScale, IconSchool, IconStack3 } from '@tabler/icons-react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import type { ApprovalSubject } from '../shrinking/approval-dialog.tsx';
import type { EvaluateSubject } from '../shrinking/evaluate-dialog.tsx';

export interface VersionMenuProps {
  model: ModelDetail;
  version: ModelVersion;
  onApproval: (subject: ApprovalSubject) => void;
  onCompare: (subject: EvaluateSubject) => void;
}

/** What can be done with one version, as far as the role allows; nothing is shown where that is nothing. */
export function VersionMenu({ model, version, onApproval, onCompare }: VersionMenuProps) {
  const { t } = useTexts();
  const writes = version.facts.purpose === 'text-generation';
  const mayMeasure = useMay('quality.manage') && !model.retired && writes;
  const mayDeploy = useMay('deployments.manage') && !model.retired;
  const mayTrain = useMay('training.manage') && !model.retired && writes;
  const mayManage = useMay('models.manage');
  if (!mayMeasure && !mayDeploy && !mayTrain && !mayManage) return null;
  const approved = version.approval !== null;
  const ids = { modelId: model.id, versionId: version.id };
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('models.versionTable.actionsOf', { number: version.number })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayDeploy && (
          <Menu.Item leftSection={<IconRocket size={16} aria-hidden />} onClick={() => navigate({ screen: 'deploy', ...ids })}>
            {t('models.detail.deploy')}
          </Menu.Item>
        )}
        {mayTrain && (
          <Menu.Item leftSection={<IconSchool size={16} aria-hidden />} onClick={() => navigate({ screen: 'train', versionId: version.id })}>
            {t('models.versionTable.train')}
          </Menu.Item>
        )}
        {mayMeasure && (
          <>
            <Menu.Item leftSection={<IconGauge size={16} aria-hidden />} onClick={() => navigate({ screen: 'measure', versionId: version.id })}>
              {t('quality.versions.benchmark')}
            </Menu.Item>
            <Menu.Item leftSection={<IconAdjustments size={16} aria-hidden />} onClick={() => navigate({ screen: 'tune', versionId: version.id })}>
              {t('quality.versions.tune')}
            </Menu.Item>
            <Menu.Item leftSection={<IconStack3 size={16} aria-hidden />} onClick={() => navigate({ screen: 'quantize', versionId: version.id })}>
              {t('models.versionTable.quantize')}
            </Menu.Item>
            <Menu.Item leftSection={<IconCut size={16} aria-hidden />} onClick={() => navigate({ screen: 'prune', versionId: version.id })}>
              {t('models.versionTable.prune')}
            </Menu.Item>
            <Menu.Item leftSection={<IconScale size={16} aria-hidden />} disabled={model.versions.length < 2} onClick={() => onCompare(ids)}>
              {t('models.versionTable.compare')}
            </Menu.Item>
          </>
        )}
        {mayManage && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={approved ? <IconCircleMinus size={16} aria-hidden /> : <IconCircleCheck size={16} aria-hidden />}
              onClick={() => onApproval({ modelName: model.name, versionId: version.id, number: version.number, verb: approved ? 'withdraw' : 'approve' })}
            >
              {t(approved ? 'models.versionTable.withdraw' : 'models.versionTable.approve')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
