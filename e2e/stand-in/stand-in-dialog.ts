import type { Dialog, MessageBoxOptions, OpenDialogOptions, SaveDialogOptions } from 'electron';

/** What the spec decided that the next dialogs are answered with, and what they asked. */
export const answers = { files: [] as (string | null)[], buttons: [] as number[] };
export const asked = { openDialogs: [] as OpenDialogOptions[], saveDialogs: [] as SaveDialogOptions[], questions: [] as MessageBoxOptions[], errors: [] as string[] };

/** With a window before the options, or without. */
function optionsOf<Options>(args: unknown[]): Options {
  return args.at(-1) as Options;
}

export const dialog = {
  showOpenDialog(...args: unknown[]) {
    asked.openDialogs.push(optionsOf<OpenDialogOptions>(args));
    const path = answers.files.shift() ?? null;
    return Promise.resolve({ canceled: path === null, filePaths: path === null ? [] : [path] });
  },
  showSaveDialog(...args: unknown[]) {
    asked.saveDialogs.push(optionsOf<SaveDialogOptions>(args));
    const path = answers.files.shift() ?? null;
    return Promise.resolve({ canceled: path === null, filePath: path ?? '' });
  },
  showMessageBox(...args: unknown[]) {
    const options = optionsOf<MessageBoxOptions>(args);
    asked.questions.push(options);
    return Promise.resolve({ response: answers.buttons.shift() ?? options.cancelId ?? 0, checkboxChecked: false });
  },
  showErrorBox(title: string, content: string) {
    asked.errors.push(`${title}: ${content}`);
  },
} satisfies Pick<Dialog, 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox' | 'showErrorBox'>;
