import { Button, Drawer, Group, NumberInput, Textarea, TextInput } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useState } from 'react';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { sameAnswerSettings, usualSettings } from './conversation.ts';
import type { AnswerSettings } from './conversation.ts';
import classes from './playground.module.css';

const LARGEST_SEED = 4_294_967_295;
const LONGEST_SYSTEM = 100_000;

interface AnswerSettingsProps {
  deployment: DeploymentView;
  settings: AnswerSettings;
  onSettings: (settings: AnswerSettings) => void;
}

/** Sampling and system message, in a drawer beside the conversation: the usual values suit most questions. */
export function AnswerSettingsPanel({ deployment, settings, onSettings }: AnswerSettingsProps) {
  const { t, format } = useTexts();
  const [opened, setOpened] = useState(false);
  const change = (changed: Partial<AnswerSettings>): void => onSettings({ ...settings, ...changed });
  const isUsual = sameAnswerSettings(settings, usualSettings);
  const limit = deployment.limits.maxOutputTokens;
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        aria-haspopup="dialog"
        aria-expanded={opened}
        leftSection={<IconAdjustments size={18} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        {t('playground.settings.title')}
        {!isUsual && <span className={classes['changed']}>{t('playground.settings.changed')}</span>}
      </Button>
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        position="right"
        size="24rem"
        title={t('playground.settings.title')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <div className={classes['settingsFields']}>
          <NumberInput
            label={t('playground.settings.temperature')}
            description={t('playground.settings.temperatureExplain')}
            inputWrapperOrder={['label', 'input', 'description']}
            value={settings.temperature}
            min={0}
            max={2}
            step={0.1}
            decimalScale={2}
            onChange={(value) => typeof value === 'number' && value >= 0 && value <= 2 && change({ temperature: value })}
          />
          <NumberInput
            label={t('playground.settings.topP')}
            description={t('playground.settings.topPExplain')}
            inputWrapperOrder={['label', 'input', 'description']}
            value={settings.topP}
            min={0.01}
            max={1}
            step={0.05}
            decimalScale={2}
            onChange={(value) => typeof value === 'number' && value > 0 && value <= 1 && change({ topP: value })}
          />
          <NumberInput
            label={t('playground.settings.maxTokens')}
            description={t('playground.settings.maxTokensExplain', { limit: format.number(limit) })}
            inputWrapperOrder={['label', 'input', 'description']}
            value={settings.maxOutputTokens ?? ''}
            placeholder={format.number(limit)}
            min={1}
            max={limit}
            step={128}
            allowDecimal={false}
            onChange={(value) => change({ maxOutputTokens: typeof value === 'number' && value >= 1 ? Math.min(value, limit) : null })}
          />
          <TextInput
            label={t('playground.settings.seed')}
            description={t('playground.settings.seedExplain')}
            inputWrapperOrder={['label', 'input', 'description']}
            value={settings.seed === null ? '' : String(settings.seed)}
            placeholder={t('playground.settings.seedNone')}
            inputMode="numeric"
            onChange={(event) => {
              const digits = event.currentTarget.value.replace(/\D/g, '');
              change({ seed: digits === '' ? null : Math.min(Number(digits), LARGEST_SEED) });
            }}
          />
          <Textarea
            label={t('playground.settings.system')}
            description={t('playground.settings.systemExplain')}
            inputWrapperOrder={['label', 'input', 'description']}
            placeholder={t('playground.settings.systemPlaceholder')}
            value={settings.system}
            autosize
            minRows={2}
            maxRows={5}
            maxLength={LONGEST_SYSTEM}
            onChange={(event) => change({ system: event.currentTarget.value })}
          />
          <Group gap="xs">
            <Button onClick={() => setOpened(false)}>{t('playground.settings.done')}</Button>
            {!isUsual && (
              <Button variant="subtle" onClick={() => onSettings(usualSettings)}>
                {t('playground.settings.reset')}
              </Button>
            )}
          </Group>
        </div>
      </Drawer>
    </>
  );
}
