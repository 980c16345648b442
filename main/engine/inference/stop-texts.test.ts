import { expect, it } from 'vitest';
import { StopTexts } from './stop-texts.ts';

/** Feeds text in pieces and returns what would be shown, and whether it was stopped. */
function run(stops: string[], pieces: string[]): { shown: string; stopped: boolean } {
  const texts = new StopTexts(stops);
  let shown = '';
  for (const piece of pieces) {
    const step = texts.push(piece);
    shown += step.text;
    if (step.stopped) return { shown, stopped: true };
  }
  return { shown: shown + texts.rest(), stopped: false };
}

it.each([
  [[], ['all ', 'of it'], 'all of it', false],
  [['END'], ['before END after'], 'before ', true],
  [['END'], ['before E', 'N', 'D after'], 'before ', true],
  [['END'], ['before EN', 'T'], 'before ENT', false],
  [['END'], ['ends with EN'], 'ends with EN', false],
  [['aab'], ['a', 'a', 'a', 'b'], 'a', true],
  [['long stop', 'o'], ['a lo', 'ng'], 'a l', true],
  [['world', 'hello'], ['hello world'], '', true],
  [['\n\n'], ['line\n', 'line\n', '\nrest'], 'line\nline', true],
  [['完了'], ['好的完', '了吗'], '好的', true],
])('stops %j in %j', (stops, pieces, shown, stopped) => {
  expect(run(stops, pieces)).toEqual({ shown, stopped });
});

it('shows the same however the text is cut into pieces', () => {
  const text = 'one two STOP three ST OP';
  for (let seed = 1; seed < 200; seed += 1) {
    const pieces: string[] = [];
    for (let at = 0, step = seed; at < text.length; at += 1 + (step % 5), step = (step * 7 + 3) % 1009) pieces.push(text.slice(at, at + 1 + (step % 5)));
    expect(run(['STOP'], pieces)).toEqual({ shown: 'one two ', stopped: true });
  }
});
