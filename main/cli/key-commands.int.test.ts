import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiKey } from '../contract/api-keys.contract.ts';
import { startTestApplication } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { runKeyCommand } from './key-commands.ts';
import type { KeyCommand } from './parse-key-command.ts';
import { parseCommand } from './parse-command.ts';

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterAll(() => app.dispose());

/** The words of a command, run on the application: its value as --json gives it, and what it said. */
async function key(...words: string[]): Promise<{ value: ApiKey & { secret?: string }; out: string }> {
  let result: { value: unknown; out: string } = { value: null, out: '' };
  await runKeyCommand(parseCommand(['key', ...words]).command as KeyCommand, {
    opened: { client: app.client, remote: true, close: async () => undefined },
    language: 'en',
    signal: new AbortController().signal,
    output: { result: (value, inWords) => void (result = { value, out: inWords() }), note: () => undefined, stream: () => undefined, streamEnd: () => undefined },
  });
  return result as { value: ApiKey & { secret?: string }; out: string };
}

it('makes, lists, shows, changes, rotates and revokes', async () => {
  expect((await key('list')).out).toContain('No API keys yet.');
  const made = await key('create', '--name', 'Letters', '--department', 'Internal medicine', '--endpoints', 'chat,models', '--requests', 'minute=60', '--expires', '2127-11-30');
  expect(made.value).toMatchObject({ department: 'Internal medicine', scopes: { endpoints: ['chat', 'models'], deployments: null }, quotas: { requests: { minute: 60, day: null, month: null } } });
  expect(made.out).toContain('valid until 30 Nov 2127');
  expect(made.out.split('\n').at(-1)).toBe(made.value.secret);
  expect((await key('list')).out).toMatch(/Letters +Internal medicine +mw_\S+ +Valid +30 Nov 2127 +Requests: 0 \/ 60 a minute +never +0/);

  // A deployment that is taken down stays in the scope of a key; the words may name it again.
  await app.client.apiKeys.update({ keyId: made.value.id, changes: { scopes: { endpoints: ['chat'], deployments: ['ward'] } } });
  const changed = await key('set', 'letters', '--requests', 'day=1000', '--concurrent', '4', '--public', 'yes', '--expires', 'never', '--deployments', 'ward');
  expect(changed.value).toMatchObject({ quotas: { requests: { minute: 60, day: 1000 } }, scopes: { endpoints: ['chat'], deployments: ['ward'] }, maxConcurrent: 4, servesPublic: true, expiresAtMs: null });
  expect((await key('set', 'letters', '--requests', 'none')).value.quotas.requests).toEqual({ minute: null, day: null, month: null });

  const rotated = await key('rotate', made.value.prefix, '--overlap', '2d');
  expect(rotated.value.previous?.prefix).toBe(made.value.prefix);
  expect(rotated.out).toContain(rotated.value.secret ?? '?');
  const shown = (await key('show', 'Letters')).out;
  for (const part of ['Department: Internal medicine', 'State: Two secrets', `(${made.value.prefix}…) stays valid until`, 'Serves: people outside the house', 'Deployments: ward']) expect(shown).toContain(part);
  expect((await key('rotate', 'Letters', '--overlap', '0')).out).toContain('no longer valid');

  expect((await key('revoke', 'Letters')).out).toBe('“Letters” is revoked.');
  expect((await key('show', 'Letters')).value.state).toBe('revoked');
  await expect(key('set', 'Letters', '--concurrent', '1')).rejects.toMatchObject({ code: 'KEY_REVOKED' });
});

it('takes no deployment there is not, no date that is over, and asks which of two keys is meant', async () => {
  await expect(key('create', '--name', 'x', '--deployments', 'wadr')).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'deployment', id: 'wadr' } });
  await expect(key('create', '--name', 'x', '--expires', '2020-01-01')).rejects.toMatchObject({ code: 'KEY_EXPIRY_PAST' });
  await expect(key('show', 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const first = await key('create', '--name', 'Twin');
  const second = await key('create', '--name', 'Twin');
  await expect(key('revoke', 'Twin')).rejects.toMatchObject({ code: 'KEY_AMBIGUOUS', data: { keys: [second.value.prefix, first.value.prefix] } });
  await key('revoke', first.value.id);
  expect((await key('show', 'Twin')).value.id, 'the one that still works').toBe(second.value.id);
});
