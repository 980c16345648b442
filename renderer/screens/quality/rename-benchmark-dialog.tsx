import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import { asError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { showErrorToast, showUndoToast } from '../../ui/toast.tsx';

/** Asks for a new name; renaming can be undone from the toast. Closed while `benchmark` is null. */
export function RenameBenchmarkDialog({ benchmark, onClose }: { benchmark: Benchmark | null; onClose: () => void }) {
  const { t } = useTexts();
  const [name, setName] = useState('');
  const rename = useCommand((benchmarkId: string, label: string) => client.benchmarks.rename({ benchmarkId, label }));
  const { forget } = rename;
  useEffect(() => {
    if (benchmark === null) return;
    setName(benchmark.label);
    forget();
  }, [benchmark, forget]);
  const wanted = name.trim();
  const submit = async (): Promise<void> => {
    if (benchmark === null || (await rename.run(benchmark.id, wanted)) === undefined) return;
    const { id, label: before } = benchmark;
    onClose();
    showUndoToast({
      message: t('quality.benchmarks.renameDialog.done', { name: wanted }),
      onUndo: () => {
        client.benchmarks.rename({ benchmarkId: id, label: before }).catch((thrown: unknown) => showErrorToast(asError(thrown)));
      },
    });
  };
  return (
    <Modal opened={benchmark !== null} onClose={onClose} title={t('quality.benchmarks.renameDialog.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '' && wanted !== benchmark?.label) void submit();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('quality.benchmarks.renameDialog.label')}
            value={name}
            maxLength={120}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <ErrorNotice error={rename.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={wanted === '' || wanted === benchmark?.label} loading={rename.running}>
              {t('quality.benchmarks.renameDialog.verb')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
