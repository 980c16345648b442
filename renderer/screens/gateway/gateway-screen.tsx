import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { EndpointPanel } from './endpoint-panel.tsx';
import { EndpointsPanel } from './endpoints-panel.tsx';
import { ExamplesPanel } from './examples-panel.tsx';
import classes from './gateway.module.css';
import { KeysPanel } from './keys-panel.tsx';
import { NetworkPanel } from './network/network-panel.tsx';
import { ServicePanel } from './network/service-panel.tsx';
import { useNetwork } from './network/use-network.ts';

/** How programs reach the deployments: address, keys, examples. */
export default function GatewayScreen() {
  const { t } = useTexts();
  const mayManage = useMay('gateway.manage');
  const status = useQuery('gateway/status', (signal) => client.gateway.status({}, { signal }), { topics: ['gateway'] });
  const network = useNetwork();
  return (
    <Page title={t('gateway.title')} lead={t('gateway.lead')}>
      <div className={classes['stack']}>
        {!mayManage && <Notice tone="info">{t('common.readOnly')}</Notice>}
        <QueryState query={status}>{(data) => <EndpointPanel status={data} />}</QueryState>
        <QueryState query={network}>{(data) => <NetworkPanel status={data} />}</QueryState>
        <KeysPanel />
        {status.data !== undefined && <ExamplesPanel baseUrls={network.data?.baseUrls ?? [status.data.baseUrl]} />}
        {status.data !== undefined && <EndpointsPanel baseUrl={network.data?.baseUrls[1] ?? status.data.baseUrl} />}
        <ServicePanel />
      </div>
    </Page>
  );
}
