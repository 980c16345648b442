import { provideBrowser } from './browser/provide-browser.ts';

/** `node scripts/find-browser.ts`: prints the browser the specs will use, and sees to one where there is none. */
const browser = await provideBrowser((line) => console.error(line));
if ('executable' in browser) {
  console.log(browser.executable);
} else {
  console.error(browser.mendIt);
  process.exitCode = 1;
}
