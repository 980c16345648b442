import { NO_QUOTAS, QUOTA_WINDOWS, UNLIMITED } from '../contract/api-keys.contract.ts';
import type { ApiKey, KeySettings, Quotas } from '../contract/api-keys.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter } from '../../renderer/i18n/format.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { findDeployment } from './command-context.ts';
import type { CommandContext } from './command-context.ts';
import type { KeyCommand, SaidSettings, WindowChanges } from './parse-key-command.ts';
import { printKey, printKeys, lastDayOf } from './print-keys.ts';

/** Runs one of these commands. Throws errors of the catalogue; answers the exit code otherwise. */
export async function runKeyCommand(command: KeyCommand, context: CommandContext): Promise<number> {
  const { opened, output, language } = context;
  const { client } = opened;
  const texts = catalogue[language].apiKeys.cli;
  switch (command.kind) {
    case 'key-create': {
      const { apiKey, secret } = await client.apiKeys.create({ ...(await settingsOf(command.settings, UNLIMITED, context)), name: command.settings.name });
      output.result({ ...apiKey, secret }, () => `${fill(apiKey.expiresAtMs === null ? texts.madeForever : texts.made, { name: apiKey.name, until: lastDayOf(apiKey, language) })}\n${secret}`);
      return 0;
    }
    case 'key-list': {
      const keys = await client.apiKeys.list({});
      output.result(keys, () => printKeys(keys, language));
      return 0;
    }
    case 'key-show': {
      const apiKey = await findKey(command.key, context);
      output.result(apiKey, () => printKey(apiKey, language));
      return 0;
    }
    case 'key-set': {
      const before = await findKey(command.key, context);
      const changes = await settingsOf(command.settings, before, context);
      const apiKey = await client.apiKeys.update({ keyId: before.id, changes });
      output.result(apiKey, () => `${fill(texts.changed, { name: apiKey.name })}\n${printKey(apiKey, language)}`);
      return 0;
    }
    case 'key-rotate': {
      const { id } = await findKey(command.key, context);
      const { apiKey, secret } = await client.apiKeys.rotate({ keyId: id, overlapMs: command.overlapMs });
      const until = createFormatter(language).dateTime(apiKey.previous?.validUntilMs ?? null);
      output.result({ ...apiKey, secret }, () => `${fill(apiKey.previous === null ? texts.rotatedNow : texts.rotated, { name: apiKey.name, until })}\n${secret}`);
      return 0;
    }
    case 'key-revoke': {
      const { id, name } = await findKey(command.key, context);
      await client.apiKeys.revoke({ keyId: id });
      output.result({ keyId: id, name }, () => fill(texts.revoked, { name }));
      return 0;
    }
  }
}

/** What was said, over what holds now where only some limits were named. Raises NOT_FOUND for a deployment there is not: a slip would lock the program out. */
async function settingsOf(said: SaidSettings, now: Omit<KeySettings, 'name'>, context: CommandContext): Promise<Partial<KeySettings>> {
  const { endpoints, deployments, requests, tokens, ...plain } = said;
  for (const name of deployments ?? []) if (now.scopes.deployments?.includes(name) !== true) await findDeployment(name, context);
  const settings: Partial<KeySettings> = { ...plain };
  if (endpoints !== undefined || deployments !== undefined) {
    settings.scopes = {
      endpoints: endpoints === undefined ? now.scopes.endpoints : endpoints,
      deployments: deployments === undefined ? now.scopes.deployments : deployments,
    };
  }
  if (requests !== undefined || tokens !== undefined) {
    settings.quotas = { requests: limitsOf(requests, now.quotas.requests), tokens: limitsOf(tokens, now.quotas.tokens) };
  }
  return settings;
}

function limitsOf(changes: WindowChanges | undefined, now: Quotas['requests']): Quotas['requests'] {
  if (changes === 'none') return NO_QUOTAS.requests;
  const limits = { ...now };
  for (const window of QUOTA_WINDOWS) if (changes?.[window] !== undefined) limits[window] = changes[window];
  return limits;
}

/** By id, by how it begins, or by name as people write it; of several of a name the one that is not revoked. Raises NOT_FOUND, KEY_AMBIGUOUS. */
async function findKey(wanted: string, { opened }: CommandContext): Promise<ApiKey> {
  const keys = await opened.client.apiKeys.list({});
  const exact = keys.find(({ id, prefix, previous }) => [id, prefix, previous?.prefix].includes(wanted));
  if (exact !== undefined) return exact;
  const plain = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
  const named = keys.filter(({ name }) => plain(name) === plain(wanted));
  const usable = named.filter(({ state }) => state !== 'revoked');
  const candidates = usable.length > 0 ? usable : named;
  const [only] = candidates;
  if (only === undefined) throw new ExpectedError('NOT_FOUND', { what: 'key', id: wanted });
  if (candidates.length > 1) throw new ExpectedError('KEY_AMBIGUOUS', { name: wanted, keys: candidates.map(({ prefix }) => prefix) });
  return only;
}
