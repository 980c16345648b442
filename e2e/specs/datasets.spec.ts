import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { auditTypes, setUp } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { DataScreen } from '../pages/data.ts';
import { errorNotice } from '../pages/error.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { SignInScreen } from '../pages/start.ts';

const NAME = 'Tickets';
/** Twenty-four questions; line 8 has a cell too few, line 12 no answer, line 15 nothing at all. */
const questions = Array.from({ length: 24 }, (_, place) => `"Printer ${String(place + 1)} on the ward is silent";"Restart it, then call extension ${String(200 + place)}."`);
const FIRST = ['question;answer', ...questions.slice(0, 6), 'no answer here', ...questions.slice(6, 9), '"What now?";', ...questions.slice(9, 11), '', ...questions.slice(11), ''];
/** One answer changed, one question gone, one new. */
const SECOND = ['question;answer', ...questions.slice(1).map((row) => row.replace('extension 205.', 'extension 999.')), '"The scanner hums";"Switch it off."', ''];

test('data is imported with its faults told by line, a second version compared, a row found, an empty file refused', async ({ host, contract, folders }) => {
  test.setTimeout(240_000);
  await setUp(contract.client, host.dataFolder);
  await host.page.reload();
  await new SignInScreen(host.page).signIn();
  const screen = new DataScreen(host.page);
  const keyboard = new Keyboard(host.page);
  const inspector = new Inspector(host.page, 'en', 'light');
  const { words } = screen;
  const { common } = screen.texts;
  const files = { first: join(folders.files, 'tickets.csv'), second: join(folders.files, 'tickets-2.csv'), empty: join(folders.files, 'empty.csv') };
  writeFileSync(files.first, FIRST.join('\n'));
  writeFileSync(files.second, SECOND.join('\n'));
  writeFileSync(files.empty, '');

  await test.step('an empty file is refused where it was chosen', async () => {
    await screen.open();
    await keyboard.enter(screen.button(words.import));
    await expect(screen.question(words.source.question)).toBeVisible();
    await screen.choosePath(files.empty);
    await screen.next.click();
    await expect(errorNotice(host.page, 'DATASET_REFUSED')).toBeVisible();
    await expect(screen.question(words.source.question)).toBeVisible();
    await inspector.look('data refused');
  });

  await test.step('the first version, by keyboard: read, mapped, split', async () => {
    await keyboard.fill(screen.path, files.first);
    await keyboard.press('Enter');
    await expect(screen.chosen('tickets.csv')).toBeVisible();
    await keyboard.enter(screen.next);
    await expect(screen.question(words.reading.question)).toBeFocused();
    await expect(screen.found(words.reading.rows)).toHaveText('24');
    await expect(screen.found(words.reading.problems)).toHaveText('3');
    await expect(screen.problems.getByRole('listitem')).toHaveText([/^Line 8 /, /^Line 12 /, /^Line 15 /]);
    await expect(screen.preview.getByText('Printer 1 on the ward is silent')).toBeVisible();
    await inspector.look('data reading');
    await keyboard.tabTo(screen.choice(words.reading.kind));
    await keyboard.press('Enter');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect(screen.choice(words.reading.kind)).toHaveValue(words.reading.kinds.text);
    await expect(screen.preview.getByText('Restart it')).toHaveCount(0);
    await screen.choose(words.reading.kind, words.reading.kinds['question-answer']);
    await expect(screen.preview.getByText('Restart it, then call extension 200.')).toBeVisible();
    await keyboard.enter(screen.next);
    await expect(screen.question(words.target.question)).toBeFocused();
    await keyboard.fill(screen.field(words.target.name), NAME);
    await keyboard.fill(screen.field(words.splits.validation), '20');
    await expect(host.page.getByText('70 %')).toBeVisible();
    await inspector.look('data target');
    await keyboard.press('Enter');
    await expect(screen.question(words.summary.question)).toBeFocused();
    await host.page.getByText(common.commandLine, { exact: true }).click();
    await expect(host.page.getByText(/modelward data import .+ --name Tickets .+--shares '70,20,10'/)).toBeVisible();
    await inspector.look('data summary');
    await keyboard.enter(screen.back);
    await expect(screen.field(words.target.name)).toHaveValue(NAME);
    await keyboard.press('Escape');
    await expect(screen.leaveDialog).toBeVisible();
    await keyboard.enter(screen.button(common.keepGoing));
    await keyboard.enter(screen.next);
    await keyboard.enter(screen.button(words.summary.verb));
    await screen.expectImported(NAME, 1);
  });

  const [dataset] = await contract.client.datasets.list({});
  const datasetId = dataset?.id ?? '';
  expect(dataset).toMatchObject({ name: NAME, rowCount: 24, shares: { train: 70, validation: 20, test: 10 } });

  await screen.switchTo('zh-CN');
  const chinese = new DataScreen(host.page, 'zh-CN');
  const { data: own, common: ownCommon } = chinese.texts;
  const dark = new Inspector(host.page, 'zh-CN', 'dark');

  await test.step('a further version from the data set, sent from a browser', async () => {
    await chinese.button(own.job.open).click();
    await expect(chinese.title(NAME)).toBeVisible();
    await chinese.button(own.detail.newVersion).click();
    await chinese.send(files.second);
    await chinese.goOnTo(own.reading.question);
    await chinese.goOnTo(own.target.question);
    await expect(host.page.getByText(own.target.sharesFixed)).toBeVisible();
    await chinese.goOnTo(own.summary.question);
    await chinese.button(own.summary.verb).click();
    await chinese.expectImported(NAME, 2);
  });

  await test.step('what changed between the two', async () => {
    await chinese.button(say(own.job.compare, { number: 1 })).click();
    for (const kind of ['added', 'removed', 'changed'] as const) await expect(chinese.difference(own.diff[kind])).toHaveText('1');
    await expect(chinese.diff.locator('del')).toHaveText('205.');
    await expect(chinese.diff.locator('ins')).toHaveText('999.');
    await dark.look('data compare');
    await chinese.kind(own.diff.added).click();
    await expect(chinese.diff.getByText('The scanner hums')).toBeVisible();
  });

  await test.step('its rows: one found, one side alone', async () => {
    await chinese.openTab('rows');
    await expect(chinese.rows(2)).toHaveCount(24);
    await chinese.field(own.rows.search).fill('SCANNER');
    await expect(chinese.rows(2)).toHaveCount(1);
    await expect(chinese.rows(2).locator('mark')).toHaveText('scanner');
    await chinese.field(own.rows.search).fill('');
    const { versions } = await contract.client.datasets.get({ datasetId });
    const { validation } = versions[0]?.splits ?? { validation: 0 };
    expect(validation).toBeGreaterThan(0);
    await chinese.choose(own.rows.split, `${own.splits.validation} (${String(validation)})`);
    await expect(chinese.rows(2)).toHaveCount(validation);
    await dark.look('data rows');
  });

  await test.step('notes, versions, history; found by the search; deleted by its name', async () => {
    await chinese.openTab('versions');
    await host.page.getByRole('button', { name: own.versions.notesEdit }).click();
    await chinese.field(own.target.licence).fill('CC0');
    await chinese.button(ownCommon.save).click();
    await expect(host.page.getByText(say(ownCommon.labelled, { label: own.versions.licence, value: 'CC0' }))).toBeVisible();
    await dark.look('data versions');
    await chinese.openTab('history');
    await expect(host.page.getByRole('table', { name: own.historyLabel }).getByRole('row')).not.toHaveCount(1);
    await keyboard.press('ControlOrMeta+K');
    await keyboard.type('tick');
    await keyboard.press('Enter');
    await expect(chinese.title(NAME)).toBeVisible();
    await chinese.button(own.detail.more).click();
    await host.page.getByRole('menuitem', { name: own.detail.delete }).click();
    const dialog = host.page.getByRole('dialog');
    await expect(chinese.button(own.detail.delete, dialog)).toBeDisabled();
    await dialog.getByRole('textbox').fill(NAME);
    await chinese.button(own.detail.delete, dialog).click();
    await expect(host.page.getByText(own.empty.title)).toBeVisible();
    expect(await auditTypes(contract.client)).toEqual(expect.arrayContaining(['datasets.importStarted', 'datasets.imported', 'datasets.annotated', 'datasets.deleted']));
  });
});
