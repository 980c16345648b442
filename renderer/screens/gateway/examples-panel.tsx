import { SegmentedControl, Select } from '@mantine/core';
import type { ServedPurpose } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useDeployments } from '../../state/lists.ts';
import { useViewState } from '../../state/view-state.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Notice } from '../../ui/notice.tsx';
import { canBeAsked } from '../../ui/deployment-state.ts';
import { Panel } from '../../ui/panel.tsx';
import { curlEmbeddingsExample, curlRerankExample, javascriptEmbeddingsExample, pythonEmbeddingsExample } from './examples-embeddings.ts';
import { anthropicExample, curlExample, javascriptExample, pythonExample } from './examples.ts';
import type { ExampleInput } from './examples.ts';
import classes from './gateway.module.css';

type Maker = (input: ExampleInput) => string;
const languages = ['curl', 'python', 'javascript', 'anthropic'] as const;
type ProgramLanguage = (typeof languages)[number];
const purposes = ['chat', 'embeddings', 'rerank'] as const;
type Purpose = (typeof purposes)[number];
const makers: Record<Purpose, Partial<Record<ProgramLanguage, Maker>>> = {
  chat: { curl: curlExample, python: pythonExample, javascript: javascriptExample, anthropic: anthropicExample },
  embeddings: { curl: curlEmbeddingsExample, python: pythonEmbeddingsExample, javascript: javascriptEmbeddingsExample },
  rerank: { curl: curlRerankExample },
};
const servedBy: Record<Purpose, ServedPurpose> = { chat: 'text-generation', embeddings: 'embedding', rerank: 'reranking' };

/** Programs ready to paste, with the real address and the name of a deployment. */
export function ExamplesPanel({ baseUrls }: { baseUrls: readonly string[] }) {
  const { t } = useTexts();
  const deployments = useDeployments();
  const [purpose, setPurpose] = useViewState<Purpose>('gateway/example-purpose', 'chat');
  const [wanted, setLanguage] = useViewState<ProgramLanguage>('gateway/example', 'curl');
  const [chosen, setChosen] = useViewState<string | null>('gateway/example-model', null);
  const [chosenUrl, setChosenUrl] = useViewState<string | null>('gateway/example-url', null);
  // Open to the network, the examples are for the others: the second one is the first they can use.
  const baseUrl = baseUrls.find((url) => url === chosenUrl) ?? baseUrls[1] ?? baseUrls[0] ?? '';
  const able = (deployments.data ?? []).filter((each) => each.purpose === servedBy[purpose]);
  const names = able.map(({ name }) => name);
  const ready = able.find(canBeAsked)?.name;
  const model = names.includes(chosen ?? '') ? chosen : (ready ?? names[0] ?? null);
  const offered = languages.filter((each) => makers[purpose][each] !== undefined);
  const language = offered.includes(wanted) ? wanted : 'curl';
  const make = makers[purpose][language] ?? curlExample;
  return (
    <Panel title={t('gateway.examples.title')}>
      <p className={classes['lead']}>
        {t('gateway.examples.lead')}
        {language === 'curl' ? '' : ` ${t(language === 'anthropic' ? 'gatewayApi.examples.installAnthropic' : 'gateway.examples.install')}`}
      </p>
      {(deployments.data ?? []).length === 0 ? (
        <Notice tone="info">{t('gateway.examples.noDeployment')}</Notice>
      ) : (
        <>
          <div className={classes['tools']}>
            {model !== null && <Select label={t('gateway.examples.model')} data={names} value={model} allowDeselect={false} onChange={setChosen} maw="24rem" />}
            {baseUrls.length > 1 && <Select label={t('network.examples.from')} data={[...baseUrls]} value={baseUrl} allowDeselect={false} onChange={setChosenUrl} w="22rem" />}
            <SegmentedControl
              aria-label={t('gatewayApi.examples.purpose')}
              value={purpose}
              onChange={(next) => setPurpose(next as Purpose)}
              data={purposes.map((each) => ({ value: each, label: each === 'rerank' ? t('textVectors.examples.rerank') : t(`gatewayApi.examples.${each}`) }))}
            />
            <SegmentedControl
              aria-label={t('gateway.examples.tabs')}
              value={language}
              onChange={(next) => setLanguage(next as ProgramLanguage)}
              data={offered.map((each) => ({ value: each, label: t(each === 'anthropic' ? 'gatewayApi.examples.anthropic' : `gateway.examples.${each}`) }))}
            />
          </div>
          {model === null ? (
            <Notice tone="info">{t('textVectors.examples.noneOf', { purpose: t(`textVectors.kinds.${servedBy[purpose]}`) })}</Notice>
          ) : (
            <>
              {baseUrl.startsWith('https:') && <p className={classes['lead']}>{t('network.examples.trust')}</p>}
              <CodeBlock label={t(language === 'anthropic' ? 'gatewayApi.examples.anthropic' : `gateway.examples.${language}`)} code={make({ baseUrl, model, question: t('gateway.examples.question') })} />
            </>
          )}
        </>
      )}
    </Panel>
  );
}
