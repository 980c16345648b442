import { Button, Textarea } from '@mantine/core';
import { IconPlayerStopFilled, IconSend } from '@tabler/icons-react';
import { useId } from 'react';
import type { Ref } from 'react';
import { useTexts } from '../../i18n/i18n.ts';
import { questionKeyOf } from '../../state/bundled-model.ts';
import { useViewState } from '../../state/view-state.ts';
import classes from './playground.module.css';

const LONGEST_QUESTION = 4_000_000;

interface ComposerProps {
  deploymentId: string;
  placeholder: string;
  running: boolean;
  /** False while the deployment cannot answer. */
  ready: boolean;
  field: Ref<HTMLTextAreaElement>;
  onSend: (text: string) => void;
  onStop: () => void;
}

/** Where the question is written. Enter sends, except while an input method is composing Chinese. */
export function Composer({ deploymentId, placeholder, running, ready, field, onSend, onStop }: ComposerProps) {
  const { t } = useTexts();
  const [text, setText] = useViewState(questionKeyOf(deploymentId), '');
  const hint = useId();
  const maySend = ready && !running && text.trim() !== '';
  const send = (): void => {
    if (!maySend) return;
    onSend(text);
    setText('');
  };
  return (
    <form
      className={classes['composer']}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={field}
        className={classes['message'] ?? ''}
        aria-label={t('playground.field')}
        aria-describedby={hint}
        placeholder={placeholder}
        value={text}
        autosize
        minRows={1}
        maxRows={8}
        maxLength={LONGEST_QUESTION}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      {running ? (
        <Button variant="default" leftSection={<IconPlayerStopFilled size={16} aria-hidden />} onClick={onStop}>
          {t('playground.stop')}
        </Button>
      ) : (
        <Button type="submit" leftSection={<IconSend size={18} aria-hidden />} disabled={!maySend}>
          {t('playground.send')}
        </Button>
      )}
      <p id={hint} className={classes['keys']}>
        {t('playground.keys')}
      </p>
    </form>
  );
}
