import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import { IconArrowUp, IconBox, IconDeviceDesktop, IconDeviceUsb, IconDownload, IconFile, IconFolder, IconHome } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { FolderListing } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { useViewState } from '../../state/view-state.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { hasEnding } from './source-kinds.ts';
import type { SourceKind } from './source-kinds.ts';
import classes from './source.module.css';

interface FolderBrowserProps {
  kind: SourceKind;
  /** Path of the chosen file or folder; marked in the list. */
  chosen: string | null;
  onChoose: (path: string) => void;
}

const placeIcons = { home: IconHome, downloads: IconDownload, volume: IconDeviceUsb, root: IconDeviceDesktop };

/** Folders and files of the machine Modelward runs on: places, an address to type, and a list. */
export function FolderBrowser({ kind, chosen, onChoose }: FolderBrowserProps) {
  const { t } = useTexts();
  const [folder, setFolder] = useViewState<string | null>(`${kind.key}/folder`, null);
  const [typed, setTyped] = useState(folder ?? '');
  const listing = useQuery(`${kind.key}-folder/${folder ?? ''}`, (signal) => kind.api.browse({ path: folder }, { signal }));
  const path = listing.data?.path;
  // An answer that comes late must not write over what is being typed.
  const typing = useRef(false);
  useEffect(() => {
    if (path !== undefined && !typing.current) setTyped(path);
  }, [path]);

  const go = (place: string): void => {
    typing.current = false;
    setFolder(place);
  };
  const goTyped = (): void => {
    const wanted = typed.trim().replace(/^"(.*)"$/, '$1');
    if (wanted === '') return;
    typing.current = false;
    if (hasEnding(kind, wanted)) onChoose(wanted);
    else if (wanted === folder) listing.refetch();
    else go(wanted);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    // Enter in the address opens it; it does not send the wizard on.
    event.preventDefault();
    goTyped();
  };
  return (
    <div className={classes['browser']}>
      <div className={classes['address']}>
        <TextInput
          className={classes['path'] ?? ''}
          label={t('importing.file.path')}
          placeholder={t(`${kind.words}.pathPlaceholder`)}
          value={typed}
          spellCheck={false}
          onFocus={() => {
            typing.current = true;
          }}
          onChange={(event) => {
            typing.current = true;
            setTyped(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        <Button variant="default" onClick={goTyped} disabled={typed.trim() === ''}>
          {t('importing.file.pathGo')}
        </Button>
        <Tooltip label={t('importing.file.folderUp')}>
          <ActionIcon
            size="2.25rem"
            variant="default"
            aria-label={t('importing.file.folderUp')}
            disabled={listing.data?.parent == null}
            onClick={() => listing.data?.parent != null && go(listing.data.parent)}
          >
            <IconArrowUp size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
      {listing.error !== null && listing.data === undefined && (
        <ErrorNotice
          error={listing.error}
          onRetry={listing.refetch}
          actions={
            <Button variant="default" onClick={() => setFolder(null)}>
              {t('importing.file.placeKinds.home')}
            </Button>
          }
        />
      )}
      <QueryState query={listing.data === undefined ? { ...listing, error: null } : listing}>
        {(data) => (
          <div className={classes['shelf']}>
            <Places listing={data} onGo={go} />
            <Entries kind={kind} listing={data} chosen={chosen} onChoose={onChoose} onGo={go} />
          </div>
        )}
      </QueryState>
      {kind.takesFolders && path !== undefined && (
        <Button className={classes['folder'] ?? ''} variant="default" leftSection={<IconFolder size={18} aria-hidden />} aria-pressed={path === chosen} onClick={() => onChoose(path)}>
          {t('data.source.wholeFolder')}
        </Button>
      )}
    </div>
  );
}

function Places({ listing, onGo }: { listing: FolderListing; onGo: (path: string) => void }) {
  const { t } = useTexts();
  return (
    <nav aria-label={t('importing.file.places')} className={classes['places']}>
      {listing.places.map(({ kind, name, path }) => {
        const Icon = placeIcons[kind];
        return (
          <button
            key={path}
            type="button"
            className={classes['place']}
            onClick={() => onGo(path)}
            title={path}
            {...(path === listing.path ? { 'aria-current': 'location' as const } : {})}
          >
            <Icon size={18} stroke={1.6} aria-hidden />
            <span>{kind === 'volume' ? name : t(`importing.file.placeKinds.${kind}`)}</span>
          </button>
        );
      })}
    </nav>
  );
}

interface EntriesProps extends FolderBrowserProps {
  listing: FolderListing;
  onGo: (path: string) => void;
}

function Entries({ kind, listing, chosen, onChoose, onGo }: EntriesProps) {
  const { t, format } = useTexts();
  const list = useRef<HTMLUListElement>(null);
  /** Arrow keys walk the list; Tab leaves it. */
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
  };
  if (listing.entries.length === 0) return <p className={classes['nothing']}>{t(`${kind.words}.listEmpty`)}</p>;
  return (
    <div className={classes['entries']}>
      <ul ref={list} aria-label={t(`${kind.words}.list`, { path: listing.path })}>
        {listing.entries.map((entry) => {
          const folder = entry.kind === 'folder';
          const Icon = folder ? IconFolder : kind.strict ? IconBox : IconFile;
          return (
            <li key={entry.path}>
              <button
                type="button"
                className={classes['entry']}
                onKeyDown={onKeyDown}
                onClick={({ currentTarget }) => {
                  if (folder) onGo(entry.path);
                  // A second click or Enter on the chosen file goes on.
                  else if (entry.path === chosen) currentTarget.form?.requestSubmit();
                  else onChoose(entry.path);
                }}
                {...(folder ? {} : { 'aria-pressed': entry.path === chosen })}
              >
                <Icon size={18} stroke={1.6} aria-hidden className={classes['entryIcon']} data-kind={entry.kind} />
                <span className={classes['entryName']} title={entry.name}>
                  {entry.name}
                </span>
                {(entry.partCount ?? 1) > 1 && <span className={classes['entryNote']}>{t('importing.file.parts', { count: entry.partCount ?? 1 })}</span>}
                <span className={classes['entrySize']}>{entry.sizeBytes === null ? '' : format.bytes(entry.sizeBytes)}</span>
                <span className={classes['entryDate']}>{entry.modifiedAtMs === null ? '' : format.date(entry.modifiedAtMs)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {listing.truncated && <p className={classes['dim']}>{t('importing.file.truncated')}</p>}
    </div>
  );
}
