import { SegmentedControl, Select } from '@mantine/core';
import { useTexts } from '../../i18n/i18n.ts';
import { useDeployments } from '../../state/lists.ts';
import { useViewState } from '../../state/view-state.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Notice } from '../../ui/notice.tsx';
import { canBeAsked } from '../../ui/deployment-state.ts';
import { Panel } from '../../ui/panel.tsx';
import { curlExample, javascriptExample, pythonExample } from './examples.ts';
import classes from './gateway.module.css';

const languages = ['curl', 'python', 'javascript'] as const;
type ProgramLanguage = (typeof languages)[number];
const makers = { curl: curlExample, python: pythonExample, javascript: javascriptExample };

/** Programs ready to paste, with the real address and the name of a deployment. */
export function ExamplesPanel({ baseUrls }: { baseUrls: readonly string[] }) {
  const { t } = useTexts();
  const deployments = useDeployments();
  const [language, setLanguage] = useViewState<ProgramLanguage>('gateway/example', 'curl');
  const [chosen, setChosen] = useViewState<string | null>('gateway/example-model', null);
  const [chosenUrl, setChosenUrl] = useViewState<string | null>('gateway/example-url', null);
  // Open to the network, the examples are for the others: the second one is the first they can use.
  const baseUrl = baseUrls.find((url) => url === chosenUrl) ?? baseUrls[1] ?? baseUrls[0] ?? '';
  const names = (deployments.data ?? []).map(({ name }) => name);
  const ready = (deployments.data ?? []).find(canBeAsked)?.name;
  const model = names.includes(chosen ?? '') ? chosen : (ready ?? names[0] ?? null);
  return (
    <Panel title={t('gateway.examples.title')}>
      <p className={classes['lead']}>
        {t('gateway.examples.lead')}
        {language === 'curl' ? '' : ` ${t('gateway.examples.install')}`}
      </p>
      {model === null ? (
        <Notice tone="info">{t('gateway.examples.noDeployment')}</Notice>
      ) : (
        <>
          <div className={classes['tools']}>
            <Select label={t('gateway.examples.model')} data={names} value={model} allowDeselect={false} onChange={setChosen} maw="24rem" />
            {baseUrls.length > 1 && <Select label={t('network.examples.from')} data={[...baseUrls]} value={baseUrl} allowDeselect={false} onChange={setChosenUrl} w="22rem" />}
            <SegmentedControl
              aria-label={t('gateway.examples.tabs')}
              value={language}
              onChange={(next) => setLanguage(next as ProgramLanguage)}
              data={languages.map((each) => ({ value: each, label: t(`gateway.examples.${each}`) }))}
            />
          </div>
          {baseUrl.startsWith('https:') && <p className={classes['lead']}>{t('network.examples.trust')}</p>}
          <CodeBlock label={t(`gateway.examples.${language}`)} code={makers[language]({ baseUrl, model, question: t('gateway.examples.question') })} />
        </>
      )}
    </Panel>
  );
}
