import config from '../../playwright.config.ts';

/** `npm run pictures`: takes the pictures of the README anew from the running app. Not a test. */
export default { ...config, testDir: '.', testMatch: 'pictures.ts', tsconfig: '../../tsconfig.base.json', outputDir: '../../test-results-pictures', projects: [{ name: 'pictures' }] };
