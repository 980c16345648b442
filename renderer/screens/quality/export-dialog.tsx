import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useSession } from '../../state/session.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { saveTextFile } from '../../ui/save-text-file.ts';
import { showToast } from '../../ui/toast.tsx';
import classes from './quality.module.css';

const FORMATS = ['csv', 'json', 'llama-bench'] as const;
type Format = (typeof FORMATS)[number];
type Exported = Awaited<ReturnType<typeof client.benchmarks.export>>;

/** Format → the file, to look at, copy and save. Closed while `benchmarks` is null. */
export function ExportDialog({ benchmarks, onClose }: { benchmarks: readonly Benchmark[] | null; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Modal opened={benchmarks !== null} onClose={onClose} size="44rem" title={t('quality.exporting.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {benchmarks !== null && <ExportForm benchmarks={benchmarks} onClose={onClose} />}
    </Modal>
  );
}

function ExportForm({ benchmarks, onClose }: { benchmarks: readonly Benchmark[]; onClose: () => void }) {
  const { t } = useTexts();
  const [format, setFormat] = useState<Format>('csv');
  const [exported, setExported] = useState<Exported | null>(null);
  // The desktop's window lets no file out: there the main process asks where to keep it.
  const downloads = useSession((state) => state.status?.host) === 'console';
  const make = useCommand(async (wanted: Format) => {
    setExported(await client.benchmarks.export({ benchmarkIds: benchmarks.map(({ id }) => id), format: wanted }));
  });
  const save = useCommand(async (wanted: Format) => {
    const { path } = await client.benchmarks.saveExport({ benchmarkIds: benchmarks.map(({ id }) => id), format: wanted });
    showToast({ message: t('quality.exporting.savedAt', { path }) });
  });
  useEffect(() => setExported(null), [format]);
  return (
    <Stack gap="md">
      <p className={classes['plain']}>{t('quality.exporting.what', { count: benchmarks.length })}</p>
      <ChoiceCards
        label={t('quality.exporting.format')}
        value={format}
        onChange={setFormat}
        choices={FORMATS.map((value) => ({ value, label: t(`quality.exporting.formats.${value}.label`), help: t(`quality.exporting.formats.${value}.help`) }))}
      />
      <ErrorNotice error={make.error ?? save.error} />
      {exported !== null && (
        <div className={classes['preview']}>
          <CodeBlock code={exported.text} label={t('quality.exporting.text', { file: exported.fileName })} />
        </div>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.close')}
        </Button>
        {exported === null ? (
          <Button loading={make.running} onClick={() => void make.run(format)}>
            {t('quality.exporting.verb')}
          </Button>
        ) : (
          <Button
            leftSection={<IconDownload size={18} aria-hidden />}
            loading={save.running}
            onClick={() => {
              if (!downloads) return void save.run(format);
              saveTextFile(exported);
              showToast({ message: t('quality.exporting.saved', { file: exported.fileName }) });
            }}
          >
            {t('quality.exporting.download', { file: exported.fileName })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
