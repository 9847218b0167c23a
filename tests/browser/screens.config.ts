// `cargo xtask screens`: pictures of every page, or with `measure` how quick they are. No tests.
import base from './playwright.config.ts';

export default { ...base, testDir: './pictures', testMatch: '*.shots.ts', timeout: 900_000 };
