import { Button, SegmentedControl, Stack } from '@mantine/core';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { usePreferences } from '../../state/preferences.ts';
import { setQueryData, useQuery } from '../../state/queries.ts';
import { useSession } from '../../state/session.ts';
import { CheckList } from '../../ui/check-list.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { choose, languageNames } from '../../shell/preference-menus.tsx';
import { HardwareView } from './hardware-view.tsx';
import classes from './settings.module.css';

/** Settings: language and theme of the person, what this machine can do, checks, about. */
export default function SettingsScreen() {
  const { t } = useTexts();
  return (
    <Page title={t('settings.title')}>
      <div className={classes['settings']}>
        <div className={classes['column']}>
          <AppearancePanel />
          <MachinePanel />
        </div>
        <div className={classes['column']}>
          <ChecksPanel />
          <AboutPanel />
        </div>
      </div>
    </Page>
  );
}

function AppearancePanel() {
  const { t, language } = useTexts();
  const theme = usePreferences((preferences) => preferences.theme);
  return (
    <Panel title={t('settings.appearance')}>
      <Stack gap="sm" align="flex-start">
        <SegmentedControl
          aria-label={t('shell.language')}
          value={language}
          onChange={(value) => choose({ language: value === 'en' ? 'en' : 'zh-CN' })}
          data={(['en', 'zh-CN'] as const).map((value) => ({ value, label: languageNames[value] }))}
        />
        <SegmentedControl
          aria-label={t('shell.theme')}
          value={theme}
          onChange={(value) => choose({ theme: value === 'light' || value === 'dark' ? value : 'system' })}
          data={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
        />
        <p className={classes['dim']}>{t('settings.languageHelp')}</p>
      </Stack>
    </Panel>
  );
}

function MachinePanel() {
  const { t } = useTexts();
  const hardware = useQuery('hardware', (signal) => client.system.hardware({ refresh: false }, { signal }));
  const look = useCommand(async () => {
    setQueryData('hardware', await client.system.hardware({ refresh: true }));
  });
  return (
    <Panel
      title={t('settings.machine')}
      actions={
        <Button variant="default" loading={look.running} onClick={() => void look.run()}>
          {t('settings.lookAgain')}
        </Button>
      }
    >
      <ErrorNotice error={look.error} />
      <QueryState query={hardware}>{(data) => <HardwareView hardware={data} />}</QueryState>
    </Panel>
  );
}

function ChecksPanel() {
  const { t } = useTexts();
  const doctor = useQuery('doctor', (signal) => client.system.doctor({}, { signal }));
  return (
    <Panel title={t('settings.checks')}>
      <p className={classes['dim']}>{t('settings.checksLead')}</p>
      <QueryState query={doctor}>{(checks) => <CheckList checks={checks} />}</QueryState>
    </Panel>
  );
}

function AboutPanel() {
  const { t } = useTexts();
  const status = useSession((state) => state.status);
  if (status === null) return null;
  return (
    <Panel title={t('settings.about')}>
      <KeyValueList
        items={[
          { key: 'version', label: t('settings.version'), value: status.version },
          { key: 'host', label: t('settings.host'), value: t(`settings.hosts.${status.host}`) },
          { key: 'platform', label: t('settings.platform'), value: status.platform },
          { key: 'licence', label: t('settings.licence'), value: 'Apache-2.0' },
          {
            key: 'folder',
            label: t('settings.dataFolder'),
            value: <CopyField value={status.dataFolder} label={t('settings.dataFolder')} />,
          },
        ]}
      />
      <p className={classes['offline']}>{t('settings.offline')}</p>
    </Panel>
  );
}
