import { Stack } from '@mantine/core';
import { useState } from 'react';
import type { KeySettings } from '../../../main/contract/api-keys.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { forgetViewState, useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { Page } from '../../ui/page.tsx';
import { wizardStart } from '../../ui/wizard-state.ts';
import { Wizard } from '../../ui/wizard.tsx';
import type { WizardStep } from '../../ui/wizard.tsx';
import { createKeyCommand } from './key-command.ts';
import { draftFaults, emptyKeyDraft, settingsOf } from './key-draft.ts';
import type { KeyDraft } from './key-draft.ts';
import { ScopeFields, WhoFields } from './key-fields.tsx';
import { scopeWords } from './key-words.ts';
import classes from './keys.module.css';
import { ExpiryFields, LimitFields } from './limit-fields.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { useLimitWords } from './use-limit-words.ts';

/** The prefix of everything the wizard keeps while one looks elsewhere. The secret is never among it. */
const WIZARD_STATE = 'create-key/';

/** From a program to its key: who, what, how much, how long; then the secret, once. */
export default function CreateKeyScreen() {
  const { t, format } = useTexts();
  const [position, setPosition] = useViewState(`${WIZARD_STATE}position`, wizardStart);
  const [draft, setDraft] = useViewState<KeyDraft>(`${WIZARD_STATE}draft`, emptyKeyDraft);
  const [made, setMade] = useState<{ keyId: string; secret: string } | null>(null);
  const change = (changed: Partial<KeyDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const limitWords = useLimitWords();
  const [nowMs] = useState(() => Date.now());
  const faults = draftFaults(draft, nowMs);
  const settings = settingsOf(draft, nowMs);
  const expiryWords = settings.expiresAtMs === null ? t('apiKeys.wizard.expiry.never') : format.date(settings.expiresAtMs - 1);
  const create = useCommand(async (wanted: KeySettings) => {
    const { apiKey, secret } = await client.apiKeys.create(wanted);
    setMade({ keyId: apiKey.id, secret });
  });
  const leave = (): void => {
    if (made === null) return;
    navigate({ screen: 'api-key', keyId: made.keyId });
    forgetViewState(WIZARD_STATE);
  };
  const steps: WizardStep[] = [
    {
      id: 'who',
      title: t('apiKeys.wizard.who.step'),
      question: t('apiKeys.wizard.who.question'),
      help: t('apiKeys.wizard.who.help'),
      why: t('apiKeys.wizard.who.why'),
      chosen: settings.name === '' ? null : settings.name,
      answered: !faults.name,
      content: <WhoFields draft={draft} onChange={change} />,
    },
    {
      id: 'scope',
      title: t('apiKeys.wizard.scope.step'),
      question: t('apiKeys.wizard.scope.question'),
      help: t('apiKeys.wizard.scope.help'),
      why: t('apiKeys.wizard.scope.why'),
      chosen: faults.scope ? null : scopeWords(settings.scopes, { t }),
      answered: !faults.scope,
      content: <ScopeFields draft={draft} onChange={change} />,
    },
    {
      id: 'limits',
      title: t('apiKeys.wizard.limits.step'),
      question: t('apiKeys.wizard.limits.question'),
      help: t('apiKeys.wizard.limits.help'),
      why: t('apiKeys.wizard.limits.why'),
      chosen: limitWords(settings).join(t('common.listSeparator')),
      answered: true,
      content: <LimitFields draft={draft} onChange={change} />,
    },
    {
      id: 'expiry',
      title: t('apiKeys.wizard.expiry.step'),
      question: t('apiKeys.wizard.expiry.question'),
      help: t('apiKeys.wizard.expiry.help'),
      why: t('apiKeys.wizard.expiry.why'),
      chosen: faults.expiry ? null : expiryWords,
      answered: !faults.expiry,
      content: <ExpiryFields draft={draft} onChange={change} nowMs={nowMs} />,
    },
    {
      id: 'summary',
      title: t('apiKeys.wizard.summary.step'),
      question: t('apiKeys.wizard.summary.question'),
      help: t('apiKeys.wizard.summary.help'),
      answered: !faults.name && !faults.scope && !faults.expiry,
      content: (
        <Stack gap="lg">
          <Effects />
          <KeyValueList
            items={[
              { key: 'name', label: t('apiKeys.name'), value: settings.name },
              { key: 'department', label: t('apiKeys.department'), value: settings.department || t('apiKeys.page.notSaid') },
              { key: 'purpose', label: t('apiKeys.purpose'), value: settings.purpose || t('apiKeys.page.notSaid') },
              { key: 'public', label: t('apiKeys.page.public'), value: t(settings.servesPublic ? 'apiKeys.page.publicYes' : 'apiKeys.page.publicNo') },
              { key: 'scope', label: t('apiKeys.scope'), value: scopeWords(settings.scopes, { t }) },
              { key: 'limits', label: t('apiKeys.wizard.limits.step'), value: limitWords(settings).join(t('common.listSeparator')) },
              { key: 'expiry', label: t('apiKeys.expiry'), value: expiryWords },
            ]}
          />
          <ErrorNotice error={create.error} />
        </Stack>
      ),
    },
  ];
  return (
    <Page title={t('apiKeys.wizard.title')} back={<BackLink to={{ screen: 'gateway' }} label={t('gateway.title')} />}>
      <Wizard
        title={t('apiKeys.wizard.title')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('apiKeys.wizard.verb')}
        finishing={create.running || made !== null}
        dirty={made === null && draft !== emptyKeyDraft && (draft.name !== '' || position.furthest > 0)}
        onDiscard={() => {
          navigate({ screen: 'gateway' });
          forgetViewState(WIZARD_STATE);
        }}
        onFinish={() => void create.run(settings)}
        command={createKeyCommand(settings)}
      />
      <SecretDialog title={t('apiKeys.made.title')} secret={made?.secret ?? null} onClose={leave} />
    </Page>
  );
}

function Effects() {
  const { t } = useTexts();
  const gateway = useQuery('gateway/status', (signal) => client.gateway.status({}, { signal }), { topics: ['gateway'] });
  return (
    <section>
      <h3 className={classes['sectionTitle']}>{t('apiKeys.wizard.summary.effect')}</h3>
      <ul className={classes['effects']}>
        <li>{t('apiKeys.wizard.summary.made')}</li>
        {gateway.data !== undefined && <li>{t('apiKeys.wizard.summary.reach', { baseUrl: gateway.data.baseUrl })}</li>}
        <li>{t('apiKeys.wizard.summary.revocable')}</li>
      </ul>
    </section>
  );
}
