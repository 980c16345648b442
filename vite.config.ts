import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The renderer. Both hosts serve the built folder and replace `__CSP_NONCE__` by a fresh value each time they serve
 * index.html, so Vite must write exactly that text into every script, style and link tag it makes.
 */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome150',
    modulePreload: { polyfill: false },
    // The Chinese font alone is a hundred slices: as files they are fetched only when a page needs their characters.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      // A console host started beside the dev server; an http target because a ws:// one makes its Origin check refuse.
      '/rpc': { target: `http://127.0.0.1:${process.env['MODELWARD_CONSOLE_PORT'] ?? '4717'}`, ws: true, rewriteWsOrigin: true },
    },
  },
});
