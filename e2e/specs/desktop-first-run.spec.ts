import { expect, test } from '../fixtures/host.ts';
import { asDesktop } from '../fixtures/desktop-host.ts';
import { copyOfRealModel } from '../fixtures/prepare.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { ImportScreen } from '../pages/import.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import { SetUpScreen } from '../pages/start.ts';

test('a person sets up the desktop app, chooses a model in the file dialog, deploys it and asks it a question', { tag: '@desktop-only' }, async ({ host, folders }) => {
  const desktop = asDesktop(host);
  await new SetUpScreen(host.page).complete();

  const model = await copyOfRealModel(folders.files);
  await desktop.answerDialogs({ files: [model] });
  const importing = new ImportScreen(host.page);
  await importing.open();
  await importing.button(importing.texts.importing.file.dialog).click();
  await expect(importing.chosen('stories260K.gguf')).toBeVisible();
  await importing.importPath(model, 'Stories');

  const deploying = new DeployScreen(host.page);
  await deploying.button(deploying.texts.importing.job.deploy).click();
  await deploying.deployAs('stories');

  const playground = new PlaygroundScreen(host.page);
  await playground.go('playground');
  await playground.ask('Once upon a time');
  await playground.expectEnded();
  await host.page.screenshot({ path: 'test-results/desktop-window.png' });
});
