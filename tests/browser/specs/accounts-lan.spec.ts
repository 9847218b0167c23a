// Sign-in on a plain-http address of the local network, which is not what 127.0.0.1 is to a browser: no `Secure`
// cookies, no Sec-Fetch-Site. A lobby of its own, without a demo's doors.
import { expect, test } from '@playwright/test';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

const program = process.env['NS_LOBBY_BIN'];
const address = Object.values(networkInterfaces())
  .flatMap((one) => one ?? [])
  .find((one) => one.family === 'IPv4' && !one.internal)?.address;

let folder: string;
let lobby: ChildProcess;
let url: string;

const here = (...args: string[]) => execFileSync(program!, args, { encoding: 'utf8', input: 'correct horse\n' });

test.beforeAll(async () => {
  test.skip(!program || !address, 'needs NS_LOBBY_BIN, which `cargo xtask test` sets, and an address in a network');
  folder = mkdtempSync(join(tmpdir(), 'ns-lan-'));
  const demo = readFileSync(new URL('../../../config/demo/branch.toml', import.meta.url), 'utf8');
  const config = join(folder, 'branch.toml');
  writeFileSync(config, demo.replace(/^demo = true/m, 'demo = false'));
  const data = join(folder, 'data');
  here('staff', 'add', '2001', '--name', '经理', '--role', 'manager,clerk', '--data', data);
  lobby = spawn(program!, ['run', '--config', config, '--data', data, '--wires', folder, '--listen', `${address}:0`]);
  const told = join(data, 'address');
  await expect.poll(() => existsSync(told), { timeout: 30_000 }).toBe(true);
  url = `http://${readFileSync(told, 'utf8').trim()}`;
  await expect.poll(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status, { timeout: 30_000 }).toBe(200);
});

test.afterAll(async () => {
  if (!lobby) return;
  const ended = new Promise((done) => lobby.once('exit', done));
  lobby.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true });
});

test('sign-in, an act and sign-out work on a plain-http address of the network', async ({ page }) => {
  await page.goto(`${url}/manager`);
  expect(new URL(page.url()).hostname).not.toBe('127.0.0.1');
  const heads: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') void request.allHeaders().then((all) => heads.push(all['sec-fetch-site']));
  });
  await page.goto(`${url}/signin?role=clerk&back=%2Fcounter%3Fcounter%3D1`);
  await page.locator('input[name=staff]').fill('2001');
  await page.locator('input[name=secret]').fill('1234');
  await page.locator('input[name=secret]').press('Enter');
  await expect(page.getByTestId('signin-trouble')).toContainText('已登记的设备');
  await page.locator('input[name=secret]').fill('correct horse');
  await page.locator('input[name=secret]').press('Enter');
  await expect(page.getByTestId('session-staff')).toContainText('2001');
  await page.locator('[data-act=open]').click();
  await expect(page.getByTestId('counter-state')).toHaveAttribute('data-state', 'open');
  const [cookie] = (await page.context().cookies()).filter((one) => one.name.startsWith('ns-clerk-'));
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', secure: false });
  // What this test is for: here the guard has Origin alone to go by.
  await expect.poll(() => heads.length).toBeGreaterThan(1);
  expect(heads.filter(Boolean)).toEqual([]);
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(page).toHaveURL(/\/signin/);
  expect((await page.context().cookies()).filter((one) => one.name.startsWith('ns-clerk-'))).toEqual([]);
});

test('a page of another site makes nobody act', async ({ page }) => {
  await page.goto(`${url}/signin?role=clerk&back=%2Fcounter%3Fcounter%3D2`);
  await page.locator('input[name=staff]').fill('2001');
  await page.locator('input[name=secret]').fill('correct horse');
  await page.locator('input[name=secret]').press('Enter');
  await expect(page.getByTestId('session-staff')).toContainText('2001');

  const trap = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<form method="post" action="${url}/api/v1/counters/2/open"><button>win</button></form>`);
  });
  await new Promise<void>((up) => trap.listen(0, '127.0.0.1', up));
  const { port } = trap.address() as { port: number };
  await page.goto(`http://127.0.0.1:${port}/`);
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith('/open')),
    page.getByRole('button', { name: 'win' }).click(),
  ]);
  expect(response.status()).toBe(403);
  expect(await response.text()).toContain('cross_site');
  trap.close();
});
