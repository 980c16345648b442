import { Button } from '@mantine/core';
import type { NetworkStatus } from '../../../../main/contract/network.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { setQueryData } from '../../../state/queries.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { showToast } from '../../../ui/toast.tsx';
import classes from './network.module.css';

/** The certificate the endpoint shows, its end in words, and a button to renew it before its time. */
export function CertificateFacts({ status: { authority, certificate }, mayManage }: { status: NetworkStatus; mayManage: boolean }) {
  const { t, format } = useTexts();
  const renew = useCommand(async () => {
    const status = await client.network.renewCertificate({ authority: false });
    setQueryData('network/status', status);
    showToast({ message: t('network.certificate.renewed', { end: format.date(status.certificate?.notAfterMs ?? null) }) });
  });
  if (certificate === null || authority === null) return null;
  return (
    <>
      <h3 className={classes['heading']}>{t('network.certificate.title')}</h3>
      <p className={classes['dim']}>{t('network.certificate.valid', { end: format.date(certificate.notAfterMs), renew: format.date(certificate.renewAtMs) })}</p>
      <KeyValueList
        items={[
          { key: 'names', label: t('network.certificate.names'), value: certificate.names.join(t('common.listSeparator')) },
          { key: 'root', label: t('network.certificate.root'), value: `${authority.subject}, ${t('network.certificate.rootEnds', { end: format.date(authority.notAfterMs) })}` },
          { key: 'fingerprint', label: t('network.certificate.fingerprint'), value: <code className={classes['fingerprint']}>{authority.fingerprint}</code>, explain: t('network.certificate.fingerprintHelp') },
        ]}
      />
      <ErrorNotice error={renew.error} />
      {mayManage && (
        <div>
          <Button variant="default" loading={renew.running} onClick={() => void renew.run()}>
            {t('network.certificate.renew')}
          </Button>
        </div>
      )}
    </>
  );
}
