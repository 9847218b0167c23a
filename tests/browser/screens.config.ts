// `cargo xtask screens`: pictures of every page, or with `measure` how quick they are. No tests.
import base from './playwright.config.ts';

export default {
  ...base,
  testDir: './pictures',
  testMatch: '*.shots.ts',
  timeout: 0, // some four hundred pictures: as long as they take
  use: { ...base.use, trace: 'off', screenshot: 'off' } as const,
};
