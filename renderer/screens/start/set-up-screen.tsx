import { Stack, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { MINIMUM_PASSWORD_LENGTH } from '../../../main/contract/accounts.contract.ts';
import type { SystemStatus } from '../../../main/contract/system.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { signedIn } from '../../state/session.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { choose, languageNames } from '../../shell/preference-menus.tsx';
import { wizardStart } from '../../ui/wizard-state.ts';
import { Wizard } from '../../ui/wizard.tsx';
import type { WizardStep } from '../../ui/wizard.tsx';
import { PasswordRule, passwordLength } from './password-rule.tsx';
import { StartFrame } from './start-frame.tsx';
import classes from './start.module.css';

/** First run: language, data folder, the first person. No default account exists before or after. */
export function SetUpScreen({ status }: { status: SystemStatus }) {
  const { t, language } = useTexts();
  const [position, setPosition] = useState(wizardStart);
  const [dataFolder, setDataFolder] = useState(status.dataFolder);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [repeat, setRepeat] = useState('');
  const setUp = useCommand(() => client.system.setUp({ language, dataFolder, name, password }));
  useEffect(() => {
    document.title = `${t('start.setUp.title')} · Modelward`;
  }, [t]);

  const longEnough = passwordLength(password) >= MINIMUM_PASSWORD_LENGTH;
  const mismatch = repeat !== '' && !password.startsWith(repeat) && repeat !== password;
  const steps: WizardStep[] = [
    {
      id: 'language',
      title: t('start.setUp.language.step'),
      question: t('start.setUp.language.question'),
      help: t('start.setUp.language.help'),
      chosen: languageNames[language],
      answered: true,
      content: (
        <ChoiceCards
          label={t('start.setUp.language.question')}
          choices={(['en', 'zh-CN'] as const).map((each) => ({ value: each, label: languageNames[each], lang: each }))}
          value={language}
          onChange={(chosen) => choose({ language: chosen })}
        />
      ),
    },
    {
      id: 'folder',
      title: t('start.setUp.folder.step'),
      question: t('start.setUp.folder.question'),
      help: t('start.setUp.folder.help'),
      chosen: dataFolder,
      answered: dataFolder.trim() !== '',
      why: t('start.setUp.folder.why'),
      content: (
        <TextInput
          label={t('start.setUp.folder.label')}
          value={dataFolder}
          readOnly={!status.dataFolderSelectable}
          onChange={(event) => setDataFolder(event.currentTarget.value)}
          {...(status.dataFolderSelectable ? {} : { description: t('start.setUp.folder.fixed') })}
          spellCheck={false}
        />
      ),
    },
    {
      id: 'person',
      title: t('start.setUp.person.step'),
      question: t('start.setUp.person.question'),
      help: t('start.setUp.person.help'),
      chosen: name.trim() === '' ? null : name.trim(),
      answered: name.trim() !== '' && longEnough && repeat === password,
      why: t('start.setUp.person.why'),
      content: (
        <Stack gap="md" maw="28rem">
          <TextInput
            label={t('start.setUp.person.name')}
            description={t('start.setUp.person.nameHelp')}
            value={name}
            maxLength={120}
            autoComplete="username"
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <div>
            <PasswordField
              label={t('start.setUp.person.password')}
              description={t('start.setUp.person.rule', { minimum: MINIMUM_PASSWORD_LENGTH })}
              value={password}
              autoComplete="new-password"
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <PasswordRule password={password} />
          </div>
          <PasswordField
            label={t('start.setUp.person.repeat')}
            value={repeat}
            autoComplete="new-password"
            onChange={(event) => setRepeat(event.currentTarget.value)}
            error={mismatch ? t('start.setUp.person.mismatch') : null}
          />
          <Notice tone="look">{t('start.setUp.person.warning')}</Notice>
          <ErrorNotice error={setUp.error} />
        </Stack>
      ),
    },
  ];
  return (
    <StartFrame wide>
      <div>
        <h1 className={classes['wideTitle']}>{t('start.setUp.title')}</h1>
        <Wizard
          title={t('start.setUp.title')}
          steps={steps}
          position={position}
          onPosition={setPosition}
          verb={t('start.setUp.verb')}
          finishing={setUp.running}
          dirty={false}
          onFinish={() => {
            void setUp.run().then((session) => session !== undefined && signedIn(session));
          }}
        />
      </div>
    </StartFrame>
  );
}
