import { Checkbox, Stack } from '@mantine/core';
import { useEffect, useEffectEvent } from 'react';
import type { SwitchChoice } from '../../../../main/contract/deployment-versions.contract.ts';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import type { SwitchWizard } from './use-switch-wizard.ts';
import classes from './versions.module.css';

interface StepVersionProps {
  wizard: SwitchWizard;
  deployment: DeploymentView;
  /** Where the wizard was opened for a version. */
  wantedId: string | undefined;
}

/** Which version takes over: those of the model, and of other models where that is asked for. */
export function StepVersion({ wizard, deployment, wantedId }: StepVersionProps) {
  const { t, format } = useTexts();
  const { draft, change, choices } = wizard;
  const { data } = choices;
  const takeFirst = useEffectEvent((known: readonly SwitchChoice[]) => {
    if (draft.choice !== null) return;
    const taken = known.find(({ versionId }) => versionId === wantedId) ?? newest(known);
    if (taken !== undefined) change({ choice: taken, otherModels: !taken.sameModel });
  });
  useEffect(() => {
    if (data !== undefined) takeFirst(data.choices);
  }, [data]);
  return (
    <QueryState query={choices}>
      {({ choices: all, notOffered }) => {
        const own = all.filter(({ sameModel }) => sameModel);
        const others = all.filter(({ sameModel }) => !sameModel);
        const shown = draft.otherModels ? others : own;
        const best = newest(all)?.versionId;
        return (
          <Stack gap="md">
            {own.every(({ current }) => current) && !draft.otherModels && <Notice tone="info">{t('deploymentVersions.wizard.version.none')}</Notice>}
            {draft.otherModels && others.length === 0 && <Notice tone="info">{t('deploymentVersions.wizard.version.noneOther')}</Notice>}
            <ChoiceCards
              label={t('deploymentVersions.wizard.version.question')}
              value={draft.choice?.versionId ?? null}
              onChange={(versionId) => change({ choice: shown.find((each) => each.versionId === versionId) ?? null, settings: null, detachAdapters: false, stopFirst: false })}
              choices={shown.map((each) => ({
                value: each.versionId,
                label: t('deployments.modelVersion', { model: each.modelName, version: each.number }),
                recommended: each.versionId === best && !each.current,
                help: [t('deploymentVersions.wizard.version.line', { quantization: each.quantization, size: format.bytes(each.sizeBytes) }), ...(each.current ? [t('deploymentVersions.wizard.version.current')] : [])].join(' · '),
              }))}
            />
            <Checkbox
              label={t('deploymentVersions.wizard.version.others')}
              checked={draft.otherModels}
              onChange={(event) => change({ otherModels: event.currentTarget.checked, choice: null, settings: null })}
            />
            {draft.otherModels && <Notice tone="look">{t('deploymentVersions.wizard.version.othersRemark', { name: deployment.name })}</Notice>}
            {notOffered > 0 && <p className={classes['remark']}>{t('deploymentVersions.wizard.version.notOffered', { count: notOffered })}</p>}
          </Stack>
        );
      }}
    </QueryState>
  );
}

/** The newest of its own model that does not serve already; else the one that does. */
function newest(choices: readonly SwitchChoice[]): SwitchChoice | undefined {
  const own = choices.filter(({ sameModel }) => sameModel);
  return own.find(({ current }) => !current) ?? own[0];
}
