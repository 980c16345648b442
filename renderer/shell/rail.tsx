import { useTexts } from '../i18n/i18n.ts';
import { rooms, screens } from '../screens/registry.tsx';
import { useNavigation } from '../state/navigation.ts';
import { addressOf } from '../state/routes.ts';
import { useSession } from '../state/session.ts';
import { roleMay } from '../../main/contract/permissions.ts';
import { Brand } from '../ui/brand.tsx';
import classes from './shell.module.css';

/** The rooms a person may enter, icons with words, always in the same order. */
export function Rail({ onGo }: { onGo?: () => void }) {
  const { t } = useTexts();
  const current = useNavigation((state) => state.route.screen);
  const role = useSession((state) => (state.session ?? state.lockedPerson)?.role);
  const version = useSession((state) => state.status?.version);
  const visible = rooms.filter((room) => role !== undefined && roleMay(role, room.permission) && screens[room.name] !== undefined);
  return (
    <>
      <div className={classes['brand']}>
        <Brand />
      </div>
      <nav aria-label={t('shell.mainNavigation')} className={classes['nav']}>
        {visible.map(({ name, icon: Icon, screens: own }) => (
          <a
            key={name}
            href={addressOf({ screen: name })}
            className={classes['room']}
            {...(own.includes(current) ? { 'aria-current': 'page' as const } : {})}
            {...(onGo === undefined ? {} : { onClick: onGo })}
          >
            <Icon size={20} stroke={1.6} aria-hidden />
            {t(`shell.screens.${name}`)}
          </a>
        ))}
      </nav>
      <p className={classes['version']}>{version}</p>
    </>
  );
}
