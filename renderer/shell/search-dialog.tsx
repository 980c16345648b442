import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTexts } from '../i18n/i18n.ts';
import classes from './search-dialog.module.css';
import { rankEntries } from './search-ranking.ts';
import { useSearchEntries } from './search-entries.tsx';

/** Search over screens, actions, models and deployments (Ctrl/Cmd-K): a list box driven by the field above it. */
export function SearchDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Modal.Root opened={opened} onClose={onClose} lockScroll={false} size="36rem" yOffset="10vh" padding={0}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label={t('shell.search.open')}>{opened && <SearchBody onClose={onClose} />}</Modal.Content>
    </Modal.Root>
  );
}

function SearchBody({ onClose }: { onClose: () => void }) {
  const { t, language } = useTexts();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const entries = useSearchEntries();
  const found = useMemo(() => rankEntries(entries, text, language), [entries, text, language]);
  const index = Math.min(chosen, Math.max(0, found.length - 1));
  const optionId = (place: number): string => `${listId}-${String(place)}`;

  useEffect(() => {
    document.getElementById(optionId(index))?.scrollIntoView({ block: 'nearest' });
  });
  const run = (place: number): void => {
    const entry = found[place];
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((index + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(index);
    }
  };
  return (
    <div className={classes['body']}>
      <div className={classes['field']}>
        <IconSearch size={20} aria-hidden />
        <input
          className={classes['input']}
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-label={t('shell.search.open')}
          {...(found.length > 0 ? { 'aria-activedescendant': optionId(index) } : {})}
          placeholder={t('shell.search.placeholder')}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={listId} role="listbox" aria-label={t('shell.search.open')} className={classes['list']} tabIndex={-1}>
        {found.map((entry, place) => (
          <div key={entry.id} role="presentation">
            {entry.group !== found[place - 1]?.group && (
              <div className={classes['group']} aria-hidden>
                {t(`shell.search.${entry.group}`)}
              </div>
            )}
            <button
              type="button"
              tabIndex={-1}
              id={optionId(place)}
              role="option"
              aria-selected={place === index}
              className={classes['option']}
              onPointerMove={() => setChosen(place)}
              onClick={() => run(place)}
            >
              <entry.icon size={18} stroke={1.6} aria-hidden />
              <span className={classes['label']}>{entry.label}</span>
              {entry.note !== undefined && <span className={classes['note']}>{entry.note}</span>}
            </button>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={classes['nothing']}>{t('shell.search.nothing', { text })}</p>}
      <p className={classes['hint']}>{t('shell.search.hint')}</p>
    </div>
  );
}
