import { useTexts } from '../../i18n/i18n.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from './endpoints-panel.module.css';
import { withoutVersion } from './examples.ts';

/** What there is to ask for; the same as in the OpenAPI document, one line each. */
const endpoints = [
  { address: 'POST /v1/chat/completions', text: 'chat' },
  { address: 'POST /v1/responses', text: 'responses' },
  { address: 'POST /v1/messages', text: 'messages' },
  { address: 'POST /v1/messages/count_tokens', text: 'countTokens' },
  { address: 'POST /v1/completions', text: 'completions' },
  { address: 'POST /v1/embeddings', text: 'embeddings' },
  { address: 'POST /v1/rerank', text: 'rerank' },
  { address: 'GET /v1/models', text: 'models' },
  { address: 'GET /health', text: 'health' },
  { address: 'GET /metrics', text: 'metrics' },
] as const;

/** The endpoints of the gateway, and where programs find their exact description. */
export function EndpointsPanel({ baseUrl }: { baseUrl: string }) {
  const { t } = useTexts();
  const origin = withoutVersion(baseUrl);
  return (
    <Panel title={t('gatewayApi.endpoints.title')}>
      <p className={classes['lead']}>{t('gatewayApi.endpoints.lead')}</p>
      <dl className={classes['list']}>
        {endpoints.map(({ address, text }) => (
          <div key={address} className={classes['row']}>
            <dt>
              <code>{address}</code>
            </dt>
            <dd>{t(`gatewayApi.endpoints.${text}`)}</dd>
          </div>
        ))}
      </dl>
      <div className={classes['addresses']}>
        <div>
          <p className={classes['label']}>{t('gatewayApi.endpoints.document')}</p>
          <CopyField label={t('gatewayApi.endpoints.document')} value={`${origin}/openapi.json`} />
        </div>
        <div>
          <p className={classes['label']}>{t('gatewayApi.endpoints.anthropicUrl')}</p>
          <CopyField label={t('gatewayApi.endpoints.anthropicUrl')} value={origin} />
        </div>
      </div>
    </Panel>
  );
}
