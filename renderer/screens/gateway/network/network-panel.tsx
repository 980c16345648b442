import { Button, Modal } from '@mantine/core';
import { IconCertificate, IconNetwork } from '@tabler/icons-react';
import { useState } from 'react';
import type { ListeningAddress, NetworkStatus } from '../../../../main/contract/network.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { navigate } from '../../../state/navigation.ts';
import { setQueryData } from '../../../state/queries.ts';
import { useMay } from '../../../state/session.ts';
import { forgetViewState } from '../../../state/view-state.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { CopyField } from '../../../ui/copy-field.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { CertificateFacts } from './certificate-facts.tsx';
import { ClientCertificate } from './client-certificate.tsx';
import classes from './network.module.css';
import { RefusedTable } from './refused-table.tsx';

/** What is open to whom, in one sentence; then where, with which certificate, and who was turned away. */
export function NetworkPanel({ status }: { status: NetworkStatus }) {
  const { t } = useTexts();
  const mayManage = useMay('gateway.manage');
  const [closing, setClosing] = useState(false);
  const [showsRoot, setShowsRoot] = useState(false);
  const close = useCommand(async () => {
    setQueryData('network/status', await client.network.change({ mode: 'loopback' }));
    setClosing(false);
    showToast({ message: t('network.closing.done') });
  });
  const isOpen = status.mode === 'lan';
  const badge = !isOpen ? 'loopback' : status.choice?.encryption.kind === 'tls' ? 'tls' : 'plain';
  const openWizard = (): void => {
    forgetViewState('open-network/');
    navigate({ screen: 'open-network' });
  };
  const actions = mayManage && (
    <div className={classes['buttons']}>
      <Button variant={isOpen ? 'default' : 'filled'} leftSection={isOpen ? null : <IconNetwork size={18} aria-hidden />} onClick={openWizard}>
        {t(isOpen ? 'network.change' : 'network.open')}
      </Button>
      {isOpen && (
        <Button variant="default" onClick={() => setClosing(true)}>
          {t('network.close')}
        </Button>
      )}
      {status.authority !== null && (
        <Button variant="default" leftSection={<IconCertificate size={18} aria-hidden />} onClick={() => setShowsRoot(true)}>
          {t('network.certificate.forClients')}
        </Button>
      )}
    </div>
  );
  return (
    <Panel title={t('network.title')} actions={<StatusBadge tone={badge === 'plain' ? 'look' : badge === 'tls' ? 'fine' : 'off'} label={t(`network.badges.${badge}`)} />}>
      <div className={classes['stack']}>
        <p className={classes['sentence']}>
          <Sentence status={status} />
        </p>
        <Warnings status={status} />
        {actions}
        {isOpen && (
          <>
            <Places status={status} />
            <h3 className={classes['heading']}>{t('network.baseUrls')}</h3>
            <div className={classes['urls']}>
              {status.baseUrls.slice(1).map((url) => (
                <CopyField key={url} label={url} value={url} />
              ))}
            </div>
            {badge === 'tls' && <CertificateFacts status={status} mayManage={mayManage} />}
            {status.refused.length > 0 && <RefusedTable refused={status.refused} />}
          </>
        )}
      </div>
      <ConfirmDialog opened={closing} title={t('network.closing.title')} verb={t('network.closing.verb')} running={close.running} error={close.error} onConfirm={() => void close.run()} onClose={() => setClosing(false)}>
        <p>{t('network.closing.body')}</p>
        <p>{t('network.closing.kept')}</p>
      </ConfirmDialog>
      <Modal opened={showsRoot} onClose={() => setShowsRoot(false)} size="xl" title={t('network.certificate.forClients')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <ClientCertificate fingerprint={status.authority?.fingerprint ?? null} hostName={status.hostName} baseUrl={status.baseUrls.at(isOpen ? 1 : 0) ?? ''} />
      </Modal>
    </Panel>
  );
}

function Sentence({ status: { mode, choice, listening } }: { status: NetworkStatus }) {
  const { t } = useTexts();
  if (mode === 'loopback' || choice === null) return t('network.sentences.loopback');
  const list = (values: readonly string[]): string => values.join(t('common.listSeparator'));
  const there = list(listening.filter(({ scope }) => scope === 'lan').map(({ address }) => address)) || t('network.noAddresses');
  const addresses = choice.addresses === 'all' ? t('network.allAddresses', { addresses: there }) : list(choice.addresses);
  return t(`network.sentences.${choice.encryption.kind === 'tls' ? 'tls' : 'plain'}`, { allow: list(choice.allow), addresses });
}

function Warnings({ status }: { status: NetworkStatus }) {
  const { t, format } = useTexts();
  return status.warnings.map((warning) => {
    const failed = warning.kind === 'address-failed' ? status.listening.find(({ address }) => address === warning.address)?.problem : null;
    const text = t(`network.warnings.${warning.kind}`, { ...warning, ...(warning.kind === 'root-ends' ? { date: format.date(warning.notAfterMs) } : {}) });
    return (
      <div key={`${warning.kind} ${'address' in warning ? warning.address : ''}`} className={classes['stack']}>
        <Notice tone="look">
          <p>{text}</p>
        </Notice>
        {failed != null && <ErrorNotice error={failed} />}
      </div>
    );
  });
}

const tones: Record<ListeningAddress['state'], 'fine' | 'look' | 'act'> = { listening: 'fine', missing: 'look', failed: 'act' };

function Places({ status: { listening, port } }: { status: NetworkStatus }) {
  const { t } = useTexts();
  return (
    <>
      <h3 className={classes['heading']}>{t('network.listening')}</h3>
      <ul className={classes['places']}>
        {listening.map(({ address, family, scope, encrypted, state }) => (
          <li key={address} className={classes['place']}>
            <code>{family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`}</code>
            <span>{t(encrypted ? 'network.encrypted' : 'network.plain')}</span>
            <span className={classes['state']}>
              <StatusBadge quiet tone={tones[state]} label={t(`network.states.${state}`)} />
            </span>
            {scope === 'loopback' && <p className={classes['note']}>{t('network.loopbackNote')}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}
