import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../gateway/testing/scripted-gateway.ts';
import { startTestApplication } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { parseCommand } from './parse-command.ts';
import type { UsageCommand } from './parse-usage-command.ts';
import { runUsageCommand } from './usage-commands.ts';

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication({ changes: { servesModels: true } });
  await app.client.gateway.setPort({ port: await freePort() });
});
afterAll(() => app.dispose());

async function usage(language: 'en' | 'zh-CN', ...words: string[]): Promise<{ code: number; value: unknown; out: string }> {
  let result = { value: null as unknown, out: '' };
  const code = await runUsageCommand(parseCommand(['usage', ...words]).command as UsageCommand, {
    opened: { client: app.client, remote: true, close: async () => undefined },
    language,
    signal: new AbortController().signal,
    output: { result: (value, inWords) => void (result = { value, out: inWords() }), note: () => undefined, stream: () => undefined, streamEnd: () => undefined },
  });
  return { code, ...result };
}

it('tells that nothing was asked, then who asked what', async () => {
  expect((await usage('en')).out).toMatch(/^Nothing was asked from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\.$/);
  expect((await usage('en', 'requests')).out).toBe('Nothing was asked yet');
  const { secret } = await app.client.apiKeys.create({ name: 'Letters', department: 'Ward 4' });
  const { baseUrl } = await app.client.gateway.status({});
  for (let index = 0; index < 2; index += 1) {
    const answer = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'nobody', messages: [{ role: 'user', content: 'x' }] }),
    });
    expect(answer.status).toBe(404);
  }
  expect((await usage('en')).out).toMatch(/Letters +Ward 4 +2 +2 +0 +0 +0 +– +–\n2 requests from/);
  expect((await usage('zh-CN', '--by', 'department')).out).toMatch(/部门 +请求 +拒绝[^]*Ward 4 +2 +2/);
  expect((await usage('en', '--by', 'model')).out).toContain('No deployment');
  const seals = await usage('en', 'seals');
  expect(seals.code).toBe(0);
  expect(seals.out).toMatch(/\d{4}-\d\d-\d\d +2 +0 +0 +Open +–/);
  expect((await usage('en', 'export')).out.split('\n')).toHaveLength(2);
  const events = await app.client.audit.list({ filter: { types: ['usage.exported'] }, cursor: null, limit: 10 });
  expect(events.events).toHaveLength(1);
});
