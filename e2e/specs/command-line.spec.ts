import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { layoutOf } from '../../main/kernel/data-folder/layout.ts';
import { createCommandLine } from '../fixtures/command-line.ts';
import type { CommandLine } from '../fixtures/command-line.ts';
import { expect, test } from '../fixtures/consoles.ts';
import { freePort } from '../fixtures/free-port.ts';
import { copyOfRealModel, person } from '../fixtures/prepare.ts';
import { processesWithMark } from '../fixtures/process-tree.ts';
import { say, textsOf } from '../fixtures/texts.ts';

const { cli, errors } = textsOf('en');

/** Everything one does on a server without a screen, in order; the same whether an instance runs or not. */
async function wholeWay(modelward: CommandLine, model: string, remote: boolean): Promise<void> {
  const imported = await modelward.run('model', 'import', model, '--name', 'Stories');
  expect(imported, imported.stderr).toMatchObject({ code: 0 });
  expect(imported.stdout).toContain('Stories');

  const again = await modelward.run('model', 'import', model);
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain(errors.codes.MODEL_ALREADY_IMPORTED.what);

  const list = await modelward.json('model', 'list');
  expect(list).toMatchObject({ code: 0, value: [{ name: 'Stories', versionCount: 1 }] });
  expect((await modelward.run('model', 'show', 'Stories')).stdout).toContain('llama');

  const deployed = await modelward.run('deploy', 'Stories', '--name', 'ward-3', '--context', '512');
  expect(deployed, deployed.stderr).toMatchObject({ code: 0 });
  if (!remote) expect(deployed.stdout).toContain(say(cli.deployedLater, { name: 'ward-3' }));

  const chat = await modelward.json('chat', 'ward-3', 'Once upon a time');
  expect(chat.code).toBe(0);
  expect(chat.value).toMatchObject({ answer: expect.stringMatching(/\S/), usage: { outputTokens: expect.any(Number) } });

  const key = await modelward.json('key', 'create', '--name', 'nightly');
  expect(key).toMatchObject({ code: 0, value: { name: 'nightly', secret: expect.stringMatching(/\S{20}/) } });

  // Each test its own port: the usual one may be somebody else's.
  const port = await freePort();
  const moved = await modelward.run('gateway', 'port', String(port));
  expect(moved, moved.stderr).toMatchObject({ code: 0 });
  const baseUrl = `http://127.0.0.1:${String(port)}/v1`;
  expect(moved.stdout.trim()).toBe(say(remote ? cli.gatewayRunning : cli.gatewayLater, { baseUrl }));
  expect(await modelward.json('gateway', 'status')).toMatchObject({ code: 0, value: { port, baseUrl, running: remote, problem: null } });
  expect(await modelward.run('gateway', 'port', '80')).toMatchObject({ code: 2 });
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const taken = (other.address() as AddressInfo).port;
  const refused = await modelward.run('gateway', 'port', String(taken));
  other.close();
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain(say(errors.codes.PORT_TAKEN.what, { port: taken }));
  expect(await modelward.json('gateway', 'status'), 'a refused port changes nothing').toMatchObject({ code: 0, value: { port } });

  const inUse = await modelward.json('model', 'remove', 'Stories');
  expect(inUse).toMatchObject({ code: 1, value: { error: { code: 'MODEL_IN_USE' } } });
  expect(await modelward.run('undeploy', 'ward-3')).toMatchObject({ code: 0 });
  expect(await modelward.run('model', 'remove', 'Stories')).toMatchObject({ code: 0 });
  expect((await modelward.run('model', 'list')).stdout).toContain(cli.noModels);

  const events = await modelward.json('audit', 'list', '--limit', '100');
  const types = (events.value as { type: string }[]).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['models.imported', 'deployments.created', 'deployments.questionAsked', 'gateway.keyCreated', 'models.deleted']));
  const verified = await modelward.run('audit', 'verify');
  expect(verified).toMatchObject({ code: 0 });
  expect(verified.stdout).toContain(cli.verifyLimits);

  const doctor = await modelward.json('doctor');
  expect(doctor.value).toEqual(expect.arrayContaining([expect.objectContaining({ check: 'database', state: 'fine' })]));
}

test.describe('modelward on the command line', { tag: '@console-only' }, () => {
  test('sets up, imports, deploys, asks, makes a key and verifies while nothing runs', async ({ folders }) => {
    test.setTimeout(240_000);
    const modelward = createCommandLine(folders);
    const early = await modelward.run('model', 'list');
    expect(early).toMatchObject({ code: 1 });
    expect(early.stderr).toContain(errors.codes.NOT_SET_UP.what);
    const setUp = await modelward.run('setup', '--name', person.name);
    expect(setUp, setUp.stderr).toMatchObject({ code: 0 });
    expect(setUp.stdout.trim()).toBe(say(cli.setUpDone, { path: folders.data, name: person.name }));
    expect(existsSync(layoutOf(folders.data).database)).toBe(true);
    expect(await modelward.run('setup', '--name', 'Eve')).toMatchObject({ code: 1 });
    await wholeWay(modelward, await copyOfRealModel(folders.files), false);
    expect(processesWithMark(modelward.mark)).toEqual([]);
  });

  test('does the same through an instance that is running, and leaves it running', async ({ consoles, folders }) => {
    test.setTimeout(240_000);
    await consoles.leaveHouse();
    const console = consoles.start();
    await console.url;
    const modelward = createCommandLine(folders);
    await wholeWay(modelward, await copyOfRealModel(folders.files), true);
    expect(processesWithMark(modelward.mark), 'the command started nothing of its own').toEqual([]);
    expect(processesWithMark(console.mark).length).toBeGreaterThan(0);
  });

  test('says what is wrong: usage with code 2, refusals with code 1', async ({ consoles, folders }) => {
    const modelward = createCommandLine(folders);
    const help = await modelward.bare('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout.trim()).toBe(cli.usage);
    for (const words of [['frobnicate'], ['model'], ['model', 'import'], ['deploy', 'x'], ['deploy', 'x', '--name', 'y', '--context', 'many'], ['model', 'list', '--nonsense'], ['console', '--port', 'x']]) {
      const wrong = await modelward.bare(...words);
      expect(wrong, words.join(' ')).toMatchObject({ code: 2, stdout: '' });
      expect(wrong.stderr).toContain('modelward');
    }
    const chinese = await modelward.bare('frobnicate', '--lang', 'zh-CN');
    expect(chinese.code).toBe(2);

    await consoles.leaveHouse();
    const notThere = await modelward.run('model', 'import', join(folders.files, 'nothing.gguf'));
    expect(notThere).toMatchObject({ code: 1, stdout: '' });
    expect(notThere.stderr).toContain(errors.codes.PATH_NOT_FOUND.what);
    expect(notThere.stderr).toContain(errors.codes.PATH_NOT_FOUND.next);
    const inChinese = await modelward.run('model', 'import', join(folders.files, 'nothing.gguf'), '--lang', 'zh-CN');
    expect(inChinese.stderr).toContain(textsOf('zh-CN').errors.codes.PATH_NOT_FOUND.what);
    expect(await modelward.json('chat', 'nobody', 'hello')).toMatchObject({ code: 1, value: { error: { code: 'NOT_FOUND' } } });

    const wrongPassword = join(folders.files, 'wrong.txt');
    writeFileSync(wrongPassword, 'not the password at all\n');
    const stranger = await modelward.bare('model', 'list', '--data', folders.data, '--password-file', wrongPassword);
    expect(stranger).toMatchObject({ code: 1, stdout: '' });
    expect(stranger.stderr).toContain(errors.codes.WRONG_PASSWORD.what);
    const nobody = await modelward.bare('model', 'list', '--data', folders.data);
    expect(nobody, 'nobody to ask for the password').toMatchObject({ code: 2, stdout: '' });
  });
});
