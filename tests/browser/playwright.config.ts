// Browser tests against a lobby and a firmware-sim that already run, quietly, with the demo's files:
//
//   NS_LOBBY_URL=http://127.0.0.1:8700 NS_SIM_URL=http://127.0.0.1:8701 npm test
//
// `cargo xtask test` starts both. The tests share one branch, so they run one after the other;
// it deals them out into two shares, each with a branch of its own.
import { defineConfig } from '@playwright/test';
import { lobbyUrl } from './addresses.ts';

export default defineConfig({
  testDir: './specs',
  outputDir: '../../target/browser-results', // emptied by Playwright; the harness keeps its lobby beside it,
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0, // a test that passes the second time has found something
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: lobbyUrl,
    browserName: 'chromium',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    launchOptions: {
      // The system's browser: nothing is downloaded.
      executablePath: process.env['NS_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
