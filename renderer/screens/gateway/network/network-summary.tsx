import type { NetworkChange, NetworkStatus } from '../../../../main/contract/network.contract.ts';
import type { AppError } from '../../../client/as-error.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Notice } from '../../../ui/notice.tsx';
import classes from './network.module.css';

interface NetworkSummaryProps {
  change: Extract<NetworkChange, { mode: 'lan' }>;
  status: NetworkStatus;
  /** Addresses the machine has now. */
  there: readonly string[];
  baseUrl: string;
  error: AppError | null;
}

/** The exact effect, in plain words. */
export function NetworkSummary({ change, status, there, baseUrl, error }: NetworkSummaryProps) {
  const { t } = useTexts();
  const list = (values: readonly string[]): string => values.join(t('common.listSeparator'));
  const { port, hostName } = status;
  const encrypted = change.encryption.kind === 'tls';
  return (
    <div className={classes['stack']}>
      <ul className={classes['effects']}>
        <li>
          {change.addresses === 'all'
            ? t('network.wizard.summary.listenAll', { addresses: list(there) || t('network.noAddresses'), port })
            : t('network.wizard.summary.listen', { addresses: list(change.addresses), port })}
        </li>
        <li>{t('network.wizard.summary.allow', { allow: list(change.allow) })}</li>
        {encrypted && <li>{t('network.wizard.summary.tls')}</li>}
        {encrypted && <li>{t('network.wizard.summary.names', { names: list([...change.names, hostName]) })}</li>}
        <li>{t('network.wizard.summary.urls', { url: baseUrl })}</li>
        <li>{t('network.wizard.summary.peace')}</li>
        <li>{t('network.wizard.summary.firewall', { port })}</li>
      </ul>
      {!encrypted && <Notice tone="look">{t('network.wizard.summary.plain')}</Notice>}
      <ErrorNotice error={error} />
    </div>
  );
}
