import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import classes from './adapters.module.css';
import { useAdapters } from './use-adapters.ts';

/** The adapters that were imported for a model, on its page. */
export function ModelAdapters({ modelId }: { modelId: string }) {
  const { t, format } = useTexts();
  const mayManage = useMay('models.manage');
  const adapters = useAdapters();
  if (adapters.data === undefined) return null;
  const own = adapters.data.filter((adapter) => adapter.modelId === modelId);
  return (
    <Panel
      title={t('adapters.title')}
      actions={
        mayManage ? (
          <Button variant="default" leftSection={<IconFileImport size={18} aria-hidden />} onClick={() => navigate({ screen: 'import-adapter', modelId })}>
            {t('adapters.import')}
          </Button>
        ) : undefined
      }
    >
      <div className={classes['stack']}>
        {own.length === 0 ? (
          <p className={classes['dim']}>{t('adapters.ofModelNone')}</p>
        ) : (
          <ul className={classes['attached']}>
            {own.map(({ id, name, facts }) => (
              <li key={id} className={classes['ownRow']}>
                <span className={classes['attachedName']} title={name}>
                  {name}
                </span>
                <span className={classes['dim']}>{format.bytes(facts.sizeBytes)}</span>
              </li>
            ))}
          </ul>
        )}
        <p className={classes['dim']}>
          <RouteLink to={{ screen: 'adapters' }}>{t('adapters.toAdapters')}</RouteLink>
        </p>
      </div>
    </Panel>
  );
}
