import { describe, expect, it } from 'vitest';
import { isAppUrl, isPageUrl, isTrustedSender } from './app-address.ts';

describe('a sender is trusted', () => {
  const page = { url: 'modelward://app/#/models', parent: null };
  it('when it is the page in the top frame of our window', () => {
    expect(isTrustedSender(page, true)).toBe(true);
    expect(isTrustedSender({ url: 'modelward://app/', parent: null }, true)).toBe(true);
    expect(isTrustedSender({ url: 'modelward://app/index.html', parent: null }, true)).toBe(true);
  });
  it('never from another window, a frame inside, or a frame that has gone', () => {
    expect(isTrustedSender(page, false)).toBe(false);
    expect(isTrustedSender({ ...page, parent: {} }, true)).toBe(false);
    expect(isTrustedSender(null, true)).toBe(false);
  });
  it.each([
    'https://app/',
    'http://modelward/app/',
    'modelward://other/',
    'modelward://app.example.org/',
    'modelward://app@example.org/',
    'modelward://user@app/',
    'modelward://app:80/',
    'modelward://APP/',
    'modelward:app/',
    'modelwardx://app/',
    'modelward://app/assets/x.js',
    'modelward://app/?x=1',
    'about:blank',
    'data:text/html,modelward://app/',
    'file:///index.html',
    '',
  ])('never at %s', (url) => {
    expect(isTrustedSender({ url, parent: null }, true)).toBe(false);
  });
});

it('tells the files of the app from the page', () => {
  expect(isAppUrl('modelward://app/assets/x.js')).toBe(true);
  expect(isPageUrl('modelward://app/assets/x.js')).toBe(false);
});
