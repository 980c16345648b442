import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asDesktop } from '../fixtures/desktop-host.ts';
import { expect, test } from '../fixtures/host.ts';
import { say } from '../fixtures/texts.ts';
import { QualityScreen } from '../pages/quality.ts';
import { SetUpScreen } from '../pages/start.ts';

const FIGURES = ['model,quantization,test,prompt_tokens,output_tokens,tokens_per_second', 'Elsewhere,Q4_K_M,prompt,512,0,812.5', ''].join('\n');

test('an export is kept where the person says in the system’s dialog, and nowhere when it is closed', { tag: '@desktop-only' }, async ({ host, folders }) => {
  const desktop = asDesktop(host);
  await new SetUpScreen(host.page).complete();
  const screen = new QualityScreen(host.page);
  const { exporting, importing, benchmarks } = screen.words;
  await screen.openTab('benchmarks');
  const dialog = await screen.previewFigures(FIGURES);
  await dialog.getByRole('textbox', { name: importing.name }).fill('Another house');
  await screen.button(importing.verb, dialog).click();
  await screen.choose('Another house').check();
  await screen.button(benchmarks.export).click();
  const exported = host.page.getByRole('dialog', { name: exporting.title });
  await screen.button(exporting.verb, exported).click();
  const save = exported.getByRole('button', { name: new RegExp(`^${exporting.download.split(' ')[0] ?? ''} .+\\.csv$`) });

  await desktop.answerDialogs({ files: [null] });
  await save.click();
  await expect(save).toBeEnabled();
  await expect(exported.getByRole('alert')).toHaveCount(0);

  const path = join(folders.files, 'figures.csv');
  writeFileSync(path, 'an older file');
  await desktop.answerDialogs({ files: [path] });
  await save.click();
  await expect(host.page.getByText(say(exporting.savedAt, { path }))).toBeVisible();
  expect(readFileSync(path, 'utf8')).toContain('Elsewhere');

  await desktop.answerDialogs({ files: [join(folders.files, 'gone', 'figures.csv')] });
  await save.click();
  await expect(exported.getByText(screen.texts.errors.codes.PATH_NOT_FOUND.what)).toBeVisible();
});
