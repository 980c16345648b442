import { Button } from '@mantine/core';
import { useState } from 'react';
import type { MemoryHolder, MemoryView } from '../../../../main/contract/deployment-memory.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useQuery } from '../../../state/queries.ts';
import { useMay } from '../../../state/session.ts';
import { Panel } from '../../../ui/panel.tsx';
import { BudgetDialog } from './budget-dialog.tsx';
import { SharedBar } from './shared-bar.tsx';
import classes from './versions.module.css';

type Place = 'ram' | 'vram';

/** Which loaded models hold how much memory, and how much they may hold together. */
export function MemoryPanel() {
  const { t } = useTexts();
  const mayManage = useMay('deployments.manage');
  const [editing, setEditing] = useState(false);
  const memory = useQuery('deployments/memory', (signal) => client.deployments.memory({}, { signal }), { topics: ['deployments'] });
  const { data } = memory;
  if (data === undefined) return null;
  return (
    <div className={classes['memory']}>
      <Panel
        title={t('deploymentVersions.memory.title')}
        {...(mayManage
          ? {
              actions: (
                <Button variant="subtle" onClick={() => setEditing(true)}>
                  {t('deploymentVersions.memory.change')}
                </Button>
              ),
            }
          : {})}
      >
        <MemoryBarOf place="ram" view={data} />
        {data.holders.length === 0 && <p className={classes['remark']}>{t('deploymentVersions.memory.nothing')}</p>}
        {data.vram !== null && <MemoryBarOf place="vram" view={data} />}
      </Panel>
      {editing && (
        <BudgetDialog
          view={data}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false);
            memory.refetch();
          }}
        />
      )}
    </div>
  );
}

function MemoryBarOf({ place, view }: { place: Place; view: MemoryView }) {
  const { t, format } = useTexts();
  const figures = view[place];
  if (figures === null) return null;
  const { totalBytes, budgetBytes, usedBytes } = figures;
  const over = usedBytes > budgetBytes;
  const bytesOf = (holder: MemoryHolder): number => (place === 'ram' ? holder.ramBytes : holder.vramBytes);
  return (
    <SharedBar
      label={t(`deploymentVersions.memory.${place}`)}
      sentence={t(over ? 'deploymentVersions.memory.over' : 'deploymentVersions.memory.use', { used: format.bytes(usedBytes), budget: format.bytes(budgetBytes) })}
      over={over}
      totalBytes={totalBytes}
      budgetBytes={budgetBytes}
      parts={view.holders
        .filter((holder) => bytesOf(holder) > 0)
        .map((holder, index) => ({
          key: `${holder.deploymentId ?? ''}${String(index)}`,
          label: holder.role === 'serving' ? holder.name : t(`deploymentVersions.memory.${holder.role}`, { name: holder.name }),
          bytes: bytesOf(holder),
          dim: holder.evictable,
        }))}
    />
  );
}
