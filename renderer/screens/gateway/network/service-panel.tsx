import { Button, SegmentedControl } from '@mantine/core';
import { SERVICE_PLATFORMS } from '../../../../main/contract/network.contract.ts';
import type { ServicePlatform } from '../../../../main/contract/network.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useQuery } from '../../../state/queries.ts';
import { useViewState } from '../../../state/view-state.ts';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { CopyField } from '../../../ui/copy-field.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import classes from './network.module.css';

/** How Modelward runs as a service: the file for the system, and the commands that put it in place. */
export function ServicePanel() {
  const { t } = useTexts();
  const [shown, setShown] = useViewState('network/service', false);
  return (
    <Panel
      title={t('network.service.title')}
      actions={
        <Button variant="subtle" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {t(shown ? 'network.service.hide' : 'network.service.show')}
        </Button>
      }
    >
      <div className={classes['stack']}>
        <p className={classes['dim']}>{t('network.service.lead')}</p>
        {shown && <Instructions />}
      </div>
    </Panel>
  );
}

function Instructions() {
  const { t } = useTexts();
  const [platform, setPlatform] = useViewState<ServicePlatform | null>('network/service-platform', null);
  const files = useQuery(`network/service/${platform ?? 'here'}`, (signal) => client.network.serviceFiles({ platform }, { signal }));
  return (
    <QueryState query={files}>
      {(data) => (
        <div className={classes['stack']}>
          <SegmentedControl
            aria-label={t('network.service.platform')}
            value={data.platform}
            onChange={(next) => setPlatform(next as ServicePlatform)}
            data={SERVICE_PLATFORMS.map((each) => ({ value: each, label: t(`network.service.platforms.${each}`) }))}
            maw="24rem"
          />
          <p className={classes['dim']}>{t(`network.service.about.${data.platform}`)}</p>
          {!data.ofThisMachine && <Notice tone="info">{t('network.service.example')}</Notice>}
          <ol className={classes['steps']}>
            {data.steps.map(({ id, commands }, index) => (
              <li key={id}>
                <p>{t(`network.service.steps.${data.platform}.${id}`)}</p>
                {commands.length === 1 && <CopyField wrap value={commands[0] ?? ''} label={t('network.service.command', { number: index + 1 })} />}
                {commands.length > 1 && <CodeBlock code={commands.join('\n')} label={t('network.service.command', { number: index + 1 })} />}
                {id === 'unit' && <CodeBlock code={data.text} label={t('network.service.file', { path: data.path })} />}
              </li>
            ))}
          </ol>
        </div>
      )}
    </QueryState>
  );
}
