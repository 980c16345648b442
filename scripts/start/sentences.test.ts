import { expect, it } from 'vitest';
import { languageOf, sentencesIn, type Obstacle } from './sentences.ts';

const obstacles: Record<Obstacle['kind'], Obstacle> = {
  'name-not-found': { kind: 'name-not-found', host: 'mirror.example' },
  refused: { kind: 'refused', host: 'mirror.example' },
  'no-answer': { kind: 'no-answer', host: 'mirror.example', waitedMs: 1100 },
  'http-status': { kind: 'http-status', host: 'mirror.example', status: 407 },
  unreachable: { kind: 'unreachable', host: 'mirror.example', detail: 'certificate has expired' },
  'broken-download': { kind: 'broken-download', host: 'mirror.example', detail: 'no byte for 30 s' },
  'not-unpacked': { kind: 'not-unpacked', detail: 'ENOSPC' },
  'not-installed': { kind: 'not-installed' },
};

it.each(Object.values(obstacles))('names the reason and what happens instead, as one sentence in both languages: $kind', (obstacle) => {
  const english = sentencesIn('en').obstacle(obstacle, true);
  const chinese = sentencesIn('zh-CN').obstacle(obstacle, true);
  expect(english).toMatch(/console for the browser instead\.$/);
  expect(english.replaceAll(/\d\.\d/g, '').match(/\. /g)).toBeNull();
  expect(chinese).toMatch(/浏览器控制台。$/);
  const { kind: _kind, ...facts } = obstacle;
  for (const fact of Object.values(facts)) {
    const shown = fact === 1100 ? '1.1' : String(fact);
    expect(english).toContain(shown);
    expect(chinese).toContain(shown);
  }
});

it('does not promise the console when the window was demanded', () => {
  expect(sentencesIn('en').obstacle(obstacles.refused, false)).not.toContain('console');
  expect(sentencesIn('zh-CN').obstacle(obstacles.refused, false)).not.toContain('控制台');
});

it('takes the language from LC_ALL before LC_MESSAGES before LANG', () => {
  expect(languageOf({ LANG: 'zh_CN.UTF-8' })).toBe('zh-CN');
  expect(languageOf({ LANG: 'de_DE.UTF-8' })).toBe('en');
  expect(languageOf({ LANG: 'zh_CN.UTF-8', LC_ALL: 'en_US.UTF-8' })).toBe('en');
  expect(languageOf({ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8' })).toBe('zh-CN');
});
