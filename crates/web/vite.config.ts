// The pages, one folder of hashed assets, everything compressed ahead. See build/finish.ts for the last step.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { finish } from './build/finish.ts';
import { mockLobby } from './dev/mock-lobby.ts';
import { traditionalWords } from './build/traditional.ts';

const pages = [
  'index', 'kiosk', 'counter', 'screen', 'track', 'manager', 'greeter', 'wiring', 'devices', 'signin', 'enroll', 'staff',
];

export default defineConfig({
  root: 'pages',
  appType: 'mpa',
  plugins: [traditionalWords(), svelte({ configFile: resolve('svelte.config.js') }), finish(resolve('dist')), mockLobby()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'chrome107', // signage boxes and kiosks in the field keep their browser for years
    assetsInlineLimit: 0, // a data: address would be against the pages' CSP
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: Object.fromEntries(pages.map((page) => [page, resolve('pages', `${page}.html`)])),
    },
  },
  test: { include: ['**/*.test.ts'] },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
});
