import { Checkbox, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useId } from 'react';
import { API_ENDPOINTS, LONGEST_PURPOSE } from '../../../main/contract/api-keys.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useApiKeys, useDeployments } from '../../state/lists.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import type { Choice, KeyDraft } from './key-draft.ts';
import classes from './keys.module.css';

export interface KeyFieldsProps {
  draft: KeyDraft;
  onChange: (change: Partial<KeyDraft>) => void;
}

/** Who uses the key and for what. */
export function WhoFields({ draft, onChange }: KeyFieldsProps) {
  const { t } = useTexts();
  const listId = useId();
  const departments = [...new Set((useApiKeys().data ?? []).map(({ department }) => department).filter((department) => department !== ''))];
  return (
    <Stack gap="md" maw="32rem">
      <TextInput
        label={t('apiKeys.wizard.who.name')}
        description={t('apiKeys.wizard.who.nameHelp')}
        value={draft.name}
        maxLength={120}
        autoComplete="off"
        data-autofocus
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t('apiKeys.wizard.who.department')}
        description={t('apiKeys.wizard.who.departmentHelp')}
        value={draft.department}
        maxLength={120}
        autoComplete="off"
        list={listId}
        onChange={(event) => onChange({ department: event.currentTarget.value })}
      />
      <datalist id={listId}>
        {departments.map((department) => (
          <option key={department} value={department}>
            {department}
          </option>
        ))}
      </datalist>
      <Textarea
        label={t('apiKeys.wizard.who.purpose')}
        description={t('apiKeys.wizard.who.purposeHelp')}
        value={draft.purpose}
        maxLength={LONGEST_PURPOSE}
        autosize
        minRows={1}
        maxRows={4}
        // One line as the contract wants it, however it is pasted.
        onChange={(event) => onChange({ purpose: event.currentTarget.value.replace(/[\r\n]+/g, ' ') })}
      />
      <Switch
        label={t('apiKeys.wizard.who.public')}
        description={t('apiKeys.wizard.who.publicHelp')}
        checked={draft.servesPublic}
        onChange={(event) => onChange({ servesPublic: event.currentTarget.checked })}
      />
    </Stack>
  );
}

/** Which endpoints and which deployments it may use. */
export function ScopeFields({ draft, onChange }: KeyFieldsProps) {
  const { t } = useTexts();
  const there = (useDeployments().data ?? []).map(({ name }) => name);
  const names = [...new Set([...there, ...draft.deployments.chosen])];
  return (
    <Stack gap="lg">
      <ChoiceGroup
        legend={t('apiKeys.wizard.scope.endpoints')}
        all={t('apiKeys.wizard.scope.allEndpoints')}
        allHelp={t('apiKeys.wizard.scope.allEndpointsHelp')}
        some={t('apiKeys.wizard.scope.someEndpoints')}
        choice={draft.endpoints}
        options={API_ENDPOINTS.map((value) => ({ value, label: t(`apiKeys.endpoints.${value}`) }))}
        onChange={(endpoints) => onChange({ endpoints })}
      />
      <ChoiceGroup
        legend={t('apiKeys.wizard.scope.deployments')}
        all={t('apiKeys.wizard.scope.allDeployments')}
        allHelp={t('apiKeys.wizard.scope.allDeploymentsHelp')}
        some={t('apiKeys.wizard.scope.someDeployments')}
        choice={draft.deployments}
        options={names.map((value) => ({ value, label: there.includes(value) ? value : t('apiKeys.wizard.scope.gone', { name: value }) }))}
        onChange={(deployments) => onChange({ deployments })}
      />
    </Stack>
  );
}

interface ChoiceGroupProps<Value extends string> {
  legend: string;
  all: string;
  allHelp: string;
  some: string;
  choice: Choice<Value>;
  options: readonly { value: Value; label: string }[];
  onChange: (choice: Choice<Value>) => void;
}

/** Everything, or the boxes that are ticked. */
function ChoiceGroup<Value extends string>({ legend, all, allHelp, some, choice, options, onChange }: ChoiceGroupProps<Value>) {
  const { t } = useTexts();
  return (
    <fieldset className={classes['fieldset']}>
      <legend className={classes['legend']}>{legend}</legend>
      <div className={classes['choice']}>
        <ChoiceCards
          label={legend}
          value={choice.all ? 'all' : 'some'}
          choices={[
            { value: 'all', label: all, help: allHelp, recommended: true },
            { value: 'some', label: some },
          ]}
          onChange={(value) => onChange({ ...choice, all: value === 'all' })}
        />
        {!choice.all && options.length === 0 && <p className={classes['dim']}>{t('apiKeys.wizard.scope.noDeployments')}</p>}
        {!choice.all && options.length > 0 && (
          <Checkbox.Group
            aria-label={some}
            value={[...choice.chosen]}
            error={choice.chosen.length === 0 ? t('apiKeys.wizard.scope.chooseOne') : null}
            onChange={(chosen) => onChange({ all: false, chosen: chosen as Value[] })}
          >
            <div className={classes['boxes']}>
              {options.map(({ value, label }) => (
                <Checkbox key={value} value={value} label={label} />
              ))}
            </div>
          </Checkbox.Group>
        )}
      </div>
    </fieldset>
  );
}
