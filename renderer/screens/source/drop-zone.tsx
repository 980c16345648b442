import { Button, Progress } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { DragEvent } from 'react';
import { pathOfDroppedFile } from '../../client/transport.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useSession } from '../../state/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { hasEnding } from './source-kinds.ts';
import type { SourceKind } from './source-kinds.ts';
import classes from './source.module.css';
import { cancelUpload, startUpload, useUpload } from './upload.ts';

interface DropZoneProps {
  kind: SourceKind;
  onPath: (path: string) => void;
  onUpload: (uploadId: string, fileName: string) => void;
  /** Opens the operating system's dialog, where the host has one. */
  onDialog: () => void;
}

type Refusal = { reason: 'notGguf' | 'split'; name: string } | { reason: 'several' | 'folder' } | null;

/** A part of a split model: the others cannot come along when a single file is sent. */
const splitName = /-\d{5}-of-\d{5}\.gguf$/i;

/** Takes a file dropped on it. On the desktop its path is used; in a browser the file is sent, with progress. */
export function DropZone({ kind, onPath, onUpload, onDialog }: DropZoneProps) {
  const { t } = useTexts();
  const fileDialog = useSession((state) => state.status?.fileDialog ?? false);
  const upload = useUpload(kind);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>(null);

  const take = (files: FileList | null, isFolder = false): void => {
    setRefusal(null);
    const file = files?.[0];
    if (files === null || file === undefined) return;
    if (files.length > 1) return setRefusal({ reason: 'several' });
    if (kind.strict && !hasEnding(kind, file.name)) return setRefusal({ reason: 'notGguf', name: file.name });
    const path = pathOfDroppedFile(file);
    if (path !== null) return onPath(path);
    if (isFolder) return setRefusal({ reason: 'folder' });
    if (splitName.test(file.name)) return setRefusal({ reason: 'split', name: file.name });
    void startUpload(kind, file, (uploadId) => onUpload(uploadId, file.name));
  };
  const onDrag = (event: DragEvent): void => {
    event.preventDefault();
    setOver(event.type === 'dragenter' || event.type === 'dragover');
  };
  return (
    <div className={classes['ways']}>
      <div
        className={classes['drop']}
        data-over={over || undefined}
        onDragEnter={onDrag}
        onDragOver={onDrag}
        onDragLeave={onDrag}
        onDrop={(event) => {
          onDrag(event);
          take(event.dataTransfer.files, event.dataTransfer.items[0]?.webkitGetAsEntry()?.isDirectory ?? false);
        }}
      >
        <IconFileUpload size={28} stroke={1.5} aria-hidden />
        <span className={classes['dropText']}>{over ? t('importing.file.dropNow') : t(`${kind.words}.drop`)}</span>
        {fileDialog ? (
          <Button variant="default" onClick={onDialog}>
            {t('importing.file.dialog')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => input.current?.click()}>
            {t('importing.file.send')}
          </Button>
        )}
        <input
          ref={input}
          type="file"
          accept={kind.endings.join(',')}
          hidden
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = '';
          }}
        />
      </div>
      {!fileDialog && upload === null && <p className={classes['dim']}>{t(`${kind.words}.sendHelp`)}</p>}
      {refusal !== null && (
        <Notice tone="look">
          {refusalText(refusal)}
        </Notice>
      )}
      {upload !== null && <UploadProgress kind={kind} />}
    </div>
  );

  function refusalText(found: NonNullable<Refusal>): string {
    switch (found.reason) {
      case 'several':
        return t(`${kind.words}.several`);
      case 'folder':
        return t('data.source.folderDropped');
      case 'notGguf':
      case 'split':
        return t(`importing.file.${found.reason}`, { name: found.name });
    }
  }
}

function UploadProgress({ kind }: { kind: SourceKind }) {
  const { t, format } = useTexts();
  const upload = useUpload(kind);
  if (upload === null) return null;
  if (upload.state === 'failed') {
    return upload.error === null ? <Notice tone="look">{t('importing.file.sendFailed')}</Notice> : <ErrorNotice error={upload.error} />;
  }
  const label = t('importing.file.sending', { name: upload.fileName });
  const leftMs = upload.bytesPerSecond === null ? null : ((upload.sizeBytes - upload.sentBytes) / upload.bytesPerSecond) * 1000;
  const facts = [
    `${format.bytes(upload.sentBytes)} / ${format.bytes(upload.sizeBytes)}`,
    upload.bytesPerSecond === null ? '' : format.rate(upload.bytesPerSecond, 'bytes'),
    leftMs === null || upload.state === 'sent' ? '' : t('jobs.timeLeft', { time: format.duration(leftMs) }),
  ];
  return (
    <div className={classes['upload']}>
      <div className={classes['uploadHead']}>
        <span>{upload.state === 'sent' ? `${upload.fileName}: ${t('importing.file.sent')}` : label}</span>
        {upload.state === 'sending' && (
          <Button variant="default" onClick={() => void cancelUpload(kind)}>
            {t('common.cancel')}
          </Button>
        )}
      </div>
      <Progress value={upload.sizeBytes === 0 ? 100 : (upload.sentBytes / upload.sizeBytes) * 100} aria-label={label} />
      <span className={classes['dim']}>{facts.filter((fact) => fact !== '').join(' · ')}</span>
    </div>
  );
}
