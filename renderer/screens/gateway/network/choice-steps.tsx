import { Checkbox, Stack, Textarea, TextInput } from '@mantine/core';
import type { MachineAddress } from '../../../../main/contract/network.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { MOST_NAMES, MOST_RANGES, namesOf, rangesOf, subnetsOf } from './network-draft.ts';
import type { NetworkDraft } from './network-draft.ts';

interface StepProps {
  draft: NetworkDraft;
  machine: readonly MachineAddress[];
  onChange: (part: Partial<NetworkDraft>) => void;
}

export function WhoStep({ draft, machine, onChange }: StepProps) {
  const { t } = useTexts();
  const { ranges, wrong } = rangesOf(draft);
  const problem = wrong !== null ? t('network.wizard.who.wrong', { text: wrong }) : ranges.length > MOST_RANGES ? t('network.wizard.who.tooMany') : null;
  const subnets = subnetsOf(machine);
  return (
    <Stack gap="lg" maw="40rem">
      {subnets.length === 0 ? (
        <Notice tone="info">{t('network.wizard.who.none')}</Notice>
      ) : (
        <Checkbox.Group label={t('network.wizard.who.subnets')} value={draft.subnets} onChange={(subnetsChosen) => onChange({ subnets: subnetsChosen })}>
          <Stack gap="xs" mt="xs">
            {subnets.map(({ subnet, names }) => (
              <Checkbox key={subnet} value={subnet} label={t('network.wizard.who.subnetOf', { subnet, name: names.join(t('common.listSeparator')) })} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      <Textarea
        label={t('network.wizard.who.more')}
        description={t('network.wizard.who.moreHelp')}
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        value={draft.more}
        error={problem}
        onChange={(event) => onChange({ more: event.currentTarget.value })}
      />
    </Stack>
  );
}

export function AddressesStep({ draft, machine, hostName, onChange }: StepProps & { hostName: string }) {
  const { t } = useTexts();
  const { names, wrong } = namesOf(draft);
  const addresses = machine.map(({ address }) => address);
  const problem = wrong !== null ? t('network.wizard.addresses.wrongName', { text: wrong }) : names.length > MOST_NAMES ? t('network.wizard.addresses.tooManyNames') : null;
  // One that was chosen and is gone can be left out, or kept for when it is back.
  const offered = [...new Set([...addresses, ...draft.chosen])];
  return (
    <Stack gap="lg" maw="40rem">
      <ChoiceCards
        label={t('network.wizard.addresses.question')}
        value={draft.addresses}
        onChange={(value) => onChange({ addresses: value })}
        choices={[
          { value: 'all', label: t('network.wizard.addresses.all'), help: t('network.wizard.addresses.allHelp', { addresses: addresses.join(t('common.listSeparator')) || t('network.noAddresses') }), recommended: true },
          { value: 'some', label: t('network.wizard.addresses.some'), help: t('network.wizard.addresses.someHelp'), disabled: offered.length === 0 },
        ]}
      />
      {draft.addresses === 'some' && (
        <Checkbox.Group label={t('network.wizard.addresses.list')} value={draft.chosen} onChange={(chosen) => onChange({ chosen })}>
          <Stack gap="xs" mt="xs">
            {offered.map((address) => {
              const name = machine.find((each) => each.address === address)?.interfaceName;
              return <Checkbox key={address} value={address} label={t('network.wizard.who.subnetOf', { subnet: address, name: name ?? t('network.states.missing') })} />;
            })}
          </Stack>
        </Checkbox.Group>
      )}
      <TextInput
        label={`${t('network.wizard.addresses.names')} (${t('common.optional')})`}
        description={t('network.wizard.addresses.namesHelp', { hostName })}
        value={draft.names}
        spellCheck={false}
        autoComplete="off"
        error={problem}
        onChange={(event) => onChange({ names: event.currentTarget.value })}
      />
    </Stack>
  );
}

export function EncryptionStep({ draft, onChange }: Omit<StepProps, 'machine'>) {
  const { t } = useTexts();
  return (
    <Stack gap="lg" maw="40rem">
      <ChoiceCards
        label={t('network.wizard.encryption.question')}
        value={draft.encryption}
        onChange={(encryption) => onChange({ encryption, acknowledged: false })}
        choices={[
          { value: 'tls', label: t('network.wizard.encryption.tls'), help: t('network.wizard.encryption.tlsHelp'), recommended: true },
          { value: 'none', label: t('network.wizard.encryption.none'), help: t('network.wizard.encryption.noneHelp') },
        ]}
      />
      {draft.encryption === 'none' && (
        <>
          <Notice tone="look" title={t('network.wizard.encryption.riskTitle')}>
            <p>{t('network.wizard.encryption.risk')}</p>
          </Notice>
          <Checkbox label={t('network.wizard.encryption.acknowledge')} checked={draft.acknowledged} onChange={(event) => onChange({ acknowledged: event.currentTarget.checked })} />
        </>
      )}
    </Stack>
  );
}
