import { Loader } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { useTexts } from '../../i18n/i18n.ts';
import classes from './source.module.css';

/** What is chosen so far, in the foot of a wizard; while it is looked at, `checking` says so. */
export function ChosenSource({ name, icon: Icon, checking }: { name: string; icon: Icon; checking: string | null }) {
  const { t } = useTexts();
  return (
    <div className={classes['chosen']} role="status">
      <Icon size={20} stroke={1.6} aria-hidden />
      <span className={classes['chosenName']}>{`${t('importing.file.chosen')}: ${name}`}</span>
      {checking !== null && (
        <>
          <Loader size="xs" aria-hidden />
          {checking}
        </>
      )}
    </div>
  );
}
