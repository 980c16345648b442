import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { curlEmbeddingsExample, curlRerankExample } from '../gateway/examples-embeddings.ts';
import { curlExample } from '../gateway/examples.ts';
import classes from './deployments.module.css';

/** How programs reach it: address, model name, an example ready to paste. */
export function DeploymentEndpoint({ deployment }: { deployment: DeploymentView }) {
  const { t } = useTexts();
  const mayRead = useMay('gateway.read');
  const gateway = useQuery('gateway/status', (signal) => client.gateway.status({}, { signal }), { topics: ['gateway'], enabled: mayRead });
  if (!mayRead || gateway.data === undefined) return null;
  const { running, baseUrl } = gateway.data;
  const question = t('gateway.examples.question');
  const example = { 'text-generation': curlExample, embedding: curlEmbeddingsExample, reranking: curlRerankExample }[deployment.purpose];
  return (
    <Panel title={t('deployments.detail.endpoint')}>
      <p className={classes['note']}>{t('deployments.detail.endpointBody')}</p>
      {!running && <Notice tone="look">{t('deployments.detail.gatewayDown')}</Notice>}
      <div className={classes['columns']}>
        <div>
          <p className={classes['fieldLabel']}>{t('deployments.detail.baseUrl')}</p>
          <CopyField label={t('deployments.detail.baseUrl')} value={baseUrl} />
        </div>
        <div>
          <p className={classes['fieldLabel']}>{t('deployments.detail.modelName')}</p>
          <CopyField label={t('deployments.detail.modelName')} value={deployment.name} />
        </div>
      </div>
      <p className={classes['fieldLabel']}>{t('deployments.detail.example')}</p>
      <CodeBlock label={t('deployments.detail.example')} code={example({ baseUrl, model: deployment.name, question })} />
      <p className={classes['noteBelow']}>
        <RouteLink to={{ screen: 'gateway' }}>{t('deployments.detail.toGateway')}</RouteLink>
      </p>
    </Panel>
  );
}
