import { Button, FileButton, Group, Modal, Stack, TextInput, Textarea } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import type { BaselinePreview } from '../../../main/contract/benchmarks.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { showToast } from '../../ui/toast.tsx';
import { backendName, figureText } from './figure-cells.tsx';
import { headlineOf } from './figures.ts';
import classes from './quality.module.css';

/** As much as the contract takes. */
const MOST_CHARACTERS = 4_000_000;
const SHOWN_SKIPPED = 20;

interface Source {
  fileName: string;
  text: string;
}

/** File or pasted text → what was found and what was left out → import. */
export function ImportBaselineDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} size="52rem" title={t('quality.importing.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {opened && <ImportForm onClose={onClose} />}
    </Modal>
  );
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const [pasted, setPasted] = useState('');
  const [looked, setLooked] = useState<{ source: Source; preview: BaselinePreview } | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [name, setName] = useState('');
  const look = useCommand(async (source: Source) => {
    setTooLarge(source.text.length > MOST_CHARACTERS);
    if (source.text.length > MOST_CHARACTERS) return;
    const preview = await client.benchmarks.previewBaseline(source);
    setLooked({ source, preview });
    setName(preview.benchmarks[0]?.label.slice(0, 120) ?? '');
  });
  const keep = useCommand(async (source: Source, label: string) => {
    const { benchmarkIds } = await client.benchmarks.importBaseline({ ...source, label });
    onClose();
    showToast({ message: t('quality.importing.done', { count: benchmarkIds.length }) });
  });
  const readFile = async (file: File | null): Promise<void> => {
    if (file === null) return;
    if (file.size > MOST_CHARACTERS) setTooLarge(true);
    else await look.run({ fileName: file.name.slice(0, 255), text: await file.text() });
  };
  if (looked !== null) {
    const { source, preview } = looked;
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') void keep.run(source, name.trim());
        }}
      >
        <Stack gap="md">
          <Preview preview={preview} fileName={source.fileName} />
          <TextInput
            label={t('quality.importing.name')}
            description={t('quality.importing.nameHelp')}
            value={name}
            maxLength={120}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <ErrorNotice error={keep.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setLooked(null)}>
              {t('quality.importing.back')}
            </Button>
            <Button type="submit" disabled={name.trim() === '' || preview.benchmarks.length === 0} loading={keep.running}>
              {t('quality.importing.verb')}
            </Button>
          </Group>
        </Stack>
      </form>
    );
  }
  return (
    <Stack gap="md">
      <p className={classes['plain']}>{t('quality.importing.lead')}</p>
      <FileButton accept=".csv,.json,.txt,text/csv,application/json,text/plain" onChange={(file) => void readFile(file)}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileText size={18} aria-hidden />} style={{ alignSelf: 'flex-start' }}>
            {t('quality.importing.file')}
          </Button>
        )}
      </FileButton>
      <Textarea
        label={t('quality.importing.paste')}
        minRows={6}
        maxRows={12}
        autosize
        spellCheck={false}
        classNames={{ input: classes['mono'] ?? '' }}
        value={pasted}
        onChange={(event) => setPasted(event.currentTarget.value)}
      />
      {tooLarge && <Notice tone="look">{t('quality.importing.tooLarge')}</Notice>}
      <ErrorNotice error={look.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          disabled={pasted.trim() === ''}
          loading={look.running}
          onClick={() => void look.run({ fileName: t('quality.importing.pasted'), text: pasted })}
        >
          {t('quality.importing.look')}
        </Button>
      </Group>
    </Stack>
  );
}

/** What would be imported, and what not and why. */
function Preview({ preview, fileName }: { preview: BaselinePreview; fileName: string }) {
  const { t, format } = useTexts();
  const { benchmarks, skipped } = preview;
  return (
    <>
      <p className={classes['strong']}>
        {t('quality.importing.found', { count: benchmarks.length, file: fileName, format: t(`quality.importing.formats.${preview.format}`) })}
      </p>
      {benchmarks.length > 0 && (
        <ScrollRegion label={t('quality.importing.previewLabel')} className={classes['previewTable']}>
          <table className={classes['figures']}>
            <thead>
              <tr>
                <th scope="col">{t('quality.benchmarks.table.model')}</th>
                <th scope="col">{t('quality.benchmarks.table.quantization')}</th>
                <th scope="col">{t('quality.detail.backend')}</th>
                <th scope="col" data-align="right">{`${t('quality.figures.prompt')} ${t('quality.figures.speedUnit')}`}</th>
                <th scope="col" data-align="right">{`${t('quality.figures.generation')} ${t('quality.figures.speedUnit')}`}</th>
                <th scope="col" data-align="right">{t('quality.measure.summary.tests')}</th>
              </tr>
            </thead>
            <tbody>
              {benchmarks.map((benchmark) => {
                const { prompt, generation } = headlineOf(benchmark);
                return (
                  <tr key={`${benchmark.model.name} ${benchmark.model.quantization} ${benchmark.engine.backend} ${benchmark.label}`}>
                    <th scope="row">{benchmark.model.name}</th>
                    <td>{benchmark.model.quantization}</td>
                    <td>{backendName(benchmark.engine.backend, t)}</td>
                    <td data-align="right">{figureText(prompt?.tokensPerSecond.mean ?? null, format)}</td>
                    <td data-align="right">{figureText(generation?.tokensPerSecond.mean ?? null, format)}</td>
                    <td data-align="right">{format.number(benchmark.rows.length)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {skipped.length > 0 && (
        <Notice tone="look" title={t('quality.importing.skipped', { count: skipped.length })}>
          {skipped.slice(0, SHOWN_SKIPPED).map(({ at, reason }) => (
            <p key={`${String(at)} ${reason}`}>{t('quality.importing.skippedAt', { at: format.number(at), reason: t(`quality.importing.reasons.${reason}`) })}</p>
          ))}
          {skipped.length > SHOWN_SKIPPED && <p>{t('quality.importing.skippedMore', { count: skipped.length - SHOWN_SKIPPED })}</p>}
        </Notice>
      )}
    </>
  );
}
