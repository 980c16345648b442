import { useState } from 'react';
import type { MachineAddress, NetworkStatus } from '../../../../main/contract/network.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { goBack, navigate } from '../../../state/navigation.ts';
import { setQueryData } from '../../../state/queries.ts';
import { forgetViewState, useViewState } from '../../../state/view-state.ts';
import { showToast } from '../../../ui/toast.tsx';
import { wizardStart } from '../../../ui/wizard-state.ts';
import { Wizard } from '../../../ui/wizard.tsx';
import type { WizardStep } from '../../../ui/wizard.tsx';
import { AddressesStep, EncryptionStep, WhoStep } from './choice-steps.tsx';
import { ClientCertificate } from './client-certificate.tsx';
import { changeOf, draftFrom, MOST_NAMES, MOST_RANGES, namesOf, networkCommand, rangesOf } from './network-draft.ts';
import type { NetworkDraft } from './network-draft.ts';
import { NetworkSummary } from './network-summary.tsx';

/** Who may connect → at which addresses → encryption → the certificate for the clients → what will happen. */
export function OpenNetworkWizard({ status, machine }: { status: NetworkStatus; machine: readonly MachineAddress[] }) {
  const { t } = useTexts();
  const [position, setPosition] = useViewState('open-network/position', wizardStart);
  const [first] = useState(() => draftFrom(status, machine));
  const [draft, setDraft] = useViewState<NetworkDraft>('open-network/draft', first);
  const change = (part: Partial<NetworkDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const list = (values: readonly string[]): string => values.join(t('common.listSeparator'));
  const wanted = changeOf(draft);
  const ranges = rangesOf(draft);
  const names = namesOf(draft);
  const there = machine.map(({ address }) => address);
  const target = draft.names.trim() !== '' && names.wrong === null ? names.names[0] : draft.addresses === 'all' ? there[0] : draft.chosen[0];
  const scheme = draft.encryption === 'tls' ? 'https' : 'http';
  const baseUrl = `${scheme}://${(target ?? status.hostName).includes(':') ? `[${target ?? ''}]` : (target ?? status.hostName)}:${status.port}/v1`;

  const leave = (): void => {
    forgetViewState('open-network/');
    goBack({ screen: 'gateway' });
  };
  const open = useCommand(async () => {
    setQueryData('network/status', await client.network.change(wanted));
    forgetViewState('open-network/');
    showToast({ message: t('network.wizard.done') });
    navigate({ screen: 'gateway' }, { replace: true });
  });

  const steps: WizardStep[] = [
    {
      id: 'who',
      title: t('network.wizard.who.step'),
      question: t('network.wizard.who.question'),
      help: t('network.wizard.who.help'),
      chosen: ranges.ranges.length === 0 ? null : list(ranges.ranges),
      answered: ranges.ranges.length > 0 && ranges.ranges.length <= MOST_RANGES && ranges.wrong === null,
      why: t('network.wizard.who.why'),
      content: <WhoStep draft={draft} machine={machine} onChange={change} />,
    },
    {
      id: 'addresses',
      title: t('network.wizard.addresses.step'),
      question: t('network.wizard.addresses.question'),
      help: t('network.wizard.addresses.help'),
      chosen: draft.addresses === 'all' ? t('network.wizard.addresses.all') : list(draft.chosen),
      answered: (draft.addresses === 'all' || draft.chosen.length > 0) && names.wrong === null && names.names.length <= MOST_NAMES,
      why: t('network.wizard.addresses.why'),
      content: <AddressesStep draft={draft} machine={machine} hostName={status.hostName} onChange={change} />,
    },
    {
      id: 'encryption',
      title: t('network.wizard.encryption.step'),
      question: t('network.wizard.encryption.question'),
      help: t('network.wizard.encryption.help'),
      chosen: t(draft.encryption === 'tls' ? 'network.encrypted' : 'network.plain'),
      answered: draft.encryption === 'tls' || draft.acknowledged,
      why: t('network.wizard.encryption.why'),
      content: <EncryptionStep draft={draft} onChange={change} />,
    },
    ...(draft.encryption === 'none'
      ? []
      : [
          {
            id: 'clients',
            title: t('network.wizard.clients.step'),
            question: t('network.wizard.clients.question'),
            help: t('network.wizard.clients.help'),
            answered: true,
            content: <ClientCertificate fingerprint={status.authority?.fingerprint ?? null} hostName={status.hostName} baseUrl={baseUrl} />,
          },
        ]),
    {
      id: 'summary',
      title: t('network.wizard.summary.step'),
      question: t('network.wizard.summary.question'),
      answered: true,
      content: <NetworkSummary change={wanted} status={status} there={there} baseUrl={baseUrl} error={open.error} />,
    },
  ];
  return (
    <Wizard
      title={t('network.wizard.title')}
      steps={steps}
      position={{ ...position, current: Math.min(position.current, steps.length - 1) }}
      onPosition={setPosition}
      verb={t(status.mode === 'lan' ? 'network.wizard.changeVerb' : 'network.wizard.verb')}
      finishing={open.running}
      dirty={JSON.stringify(draft) !== JSON.stringify(first)}
      onDiscard={leave}
      command={networkCommand(wanted)}
      onFinish={() => void open.run()}
    />
  );
}
