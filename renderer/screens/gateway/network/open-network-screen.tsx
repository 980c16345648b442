import { useTexts } from '../../../i18n/i18n.ts';
import { BackLink } from '../../../ui/back-link.tsx';
import { Page } from '../../../ui/page.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { OpenNetworkWizard } from './open-network-wizard.tsx';
import { useMachineAddresses, useNetwork } from './use-network.ts';

/** Opens the endpoint to other machines, or changes for whom it is open. */
export default function OpenNetworkScreen() {
  const { t } = useTexts();
  const status = useNetwork();
  const machine = useMachineAddresses();
  return (
    <Page title={t('network.wizard.title')} back={<BackLink to={{ screen: 'gateway' }} label={t('gateway.title')} />}>
      <QueryState query={status}>{(now) => <QueryState query={machine}>{(addresses) => <OpenNetworkWizard status={now} machine={addresses} />}</QueryState>}</QueryState>
    </Page>
  );
}
