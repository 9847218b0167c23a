// People sign in, work at a counter, hand it over, and manage staff and devices; in Chinese and in English.
import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { lobbyUrl } from '../addresses.ts';
import { expectNoSidewaysScroll, Hall } from '../hall.ts';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
  for (const [number, stars] of [['1001', 4], ['1002', 5]] as const) {
    const response = await request.post(`${lobbyUrl}/api/v1/staff`, {
      headers: { Authorization: 'Bearer demo-manager' },
      data: { number, name: `姓名${number}`, roles: ['clerk'], stars, secret: '2468' },
    });
    expect([201, 409], await response.text()).toContain(response.status());
  }
});

/** Types on the big keys. */
async function tap(page: Page, digits: string): Promise<void> {
  const keys = page.locator('.keys');
  for (const digit of digits) await keys.getByRole('button', { name: digit, exact: true, includeHidden: true }).click();
}

async function signIn(page: Page, staff: string, secret: string): Promise<void> {
  await page.locator('input[name=staff]').fill(staff);
  await page.locator('input[name=secret]').fill(secret);
  await page.locator('input[name=secret]').press('Enter');
}

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] },
    }),
  );
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports a refused call; the page says it in words.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/** A page of its own browser, as of another PC. */
async function elsewhere(browser: Browser, locale = 'zh-CN'): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ locale });
  return { context, page: await context.newPage() };
}

test('a clerk signs in on the big keys, is named at the counter, and another takes over in one step', async ({ page }) => {
  const complaints = listen(page);
  await page.goto('/signin?role=clerk&back=%2Fcounter%3Fcounter%3D1');
  await expect(page.getByRole('heading', { name: '以营业员身份登录' })).toBeVisible();
  await tap(page, '1001');
  await page.getByRole('button', { name: '换一栏', includeHidden: true }).click();
  await tap(page, '1111');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByTestId('signin-trouble')).toContainText('工号或密码不对');
  await tap(page, '2468');
  await page.getByRole('button', { name: '登录' }).click();

  await expect(page).toHaveURL(/\/counter\?counter=1$/);
  await expect(page.getByTestId('session-staff')).toContainText('1001');
  await page.locator('[data-act=open]').click();
  await expect(page.getByTestId('counter-state')).toHaveAttribute('data-state', 'open');
  await hall.issue('cash');
  await page.locator('[data-act=next]').click();
  await expect.poll(async () => (await hall.counter('1')).ticket?.number).toMatch(/^A/);
  await page.locator('[data-act=hold]').click();
  await expect.poll(() => named('1')).toEqual({ staff: '1001', stars: 4, held: 1, state: 'open' });

  // Keys typed in the dialog are no acts of the counter.
  await page.getByRole('button', { name: '换人' }).click();
  await expect(page.getByRole('heading', { name: '换人：请接替的人员登录' })).toBeVisible();
  await signIn(page, '1002', '2468');
  await expect(page.getByTestId('session-staff')).toContainText('1002');
  await expect.poll(() => named('1')).toEqual({ staff: '1002', stars: 5, held: 1, state: 'open' });
  // A reload keeps who is signed in.
  await page.reload();
  await expect(page.getByTestId('session-staff')).toContainText('1002');

  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(page).toHaveURL(/\/signin\?role=clerk/);
  await expect.poll(() => named('1')).toEqual({ staff: null, stars: null, held: 1, state: 'open' });
  expect(complaints).toEqual([]);
});

/** Who the counter says works there, and what it keeps. */
async function named(counter: string): Promise<unknown> {
  const { counter: view } = (await hall.counter(counter)) as unknown as {
    counter: { staff: string | null; stars: number | null; held: unknown[]; state: string };
  };
  return { staff: view.staff, stars: view.stars, held: view.held.length, state: view.state };
}

test('the second clerk at a counter is told who holds it, and takes it over by confirming', async ({ browser }) => {
  const [first, second] = [await elsewhere(browser, 'en-GB'), await elsewhere(browser, 'en-GB')];
  const way = '/signin?role=clerk&back=%2Fcounter%3Fcounter%3D2';
  await first.page.goto(way);
  await signIn(first.page, '1001', '2468');
  await first.page.locator('[data-act=open]').click();
  await expect.poll(() => named('2')).toMatchObject({ staff: '1001', state: 'open' });

  await second.page.goto(way);
  await signIn(second.page, '1002', '2468');
  const taken = second.page.getByTestId('counter-taken');
  await expect(taken).toContainText(/Staff 1001 has worked at this counter since \d\d:\d\d/);
  await second.page.locator('[data-act=pause]').click();
  await second.page.getByRole('button', { name: /Rest/ }).click();
  await expect(second.page.getByTestId('problem')).toContainText('counter 2 is used by staff 1001');
  await expect.poll(() => named('2')).toMatchObject({ staff: '1001', state: 'open' });
  await taken.getByRole('button', { name: 'Take over' }).click();
  await expect.poll(() => named('2')).toMatchObject({ staff: '1002', state: 'open' });

  // The first one's next act is refused in turn.
  await first.page.locator('[data-act=next]').click();
  await expect(first.page.getByTestId('counter-taken')).toContainText('1002');
  await first.context.close();
  await second.context.close();
});

test('a manager adds staff and enrols a device, and reads who did what', async ({ page, browser }) => {
  const complaints = listen(page);
  await page.goto('/staff');
  await page.getByTestId('add-staff').click();
  const number = `7${Date.now() % 100_000}`;
  await page.locator('input[name=number]').fill(number);
  await page.locator('input[name=name]').fill('王芳');
  await page.locator('input[name=secret]').fill('12');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '请用 4 至 6 位数字' })).toBeVisible();
  await page.locator('input[name=secret]').fill('135790');
  await page.getByRole('button', { name: '保存' }).click();
  const row = page.locator(`[data-staff="${number}"]`);
  await expect(row).toContainText('王芳');

  await page.locator('input[name=token-name]').fill(`tablet-${number}`);
  await page.getByRole('button', { name: '生成登记码' }).click();
  const code = await page.getByTestId('made').locator('b').textContent();
  const other = await elsewhere(browser);
  await other.page.goto('/enroll?code=0000-0000-0000');
  await expect(other.page.getByTestId('refused')).toBeVisible();
  await expectAccessible(other.page);
  await other.page.locator('input[name=code]').fill(code!.toLowerCase());
  await other.page.getByRole('button', { name: '登记' }).click();
  await expect(other.page).toHaveURL(/\/screen$/);
  await other.context.close();

  await row.getByRole('button', { name: '停用' }).click();
  await expect(row).toContainText('已停用');
  await expect(page.locator('[data-act=staff_disabled]').first()).toContainText(number);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expect(complaints).toEqual([]);
});

test('the pages are readable for everybody, small and large', async ({ browser }) => {
  for (const [locale, width, height] of [['zh-CN', 1280, 800], ['en-GB', 390, 844]] as const) {
    const context = await browser.newContext({ locale, viewport: { width, height } });
    const page = await context.newPage();
    for (const path of ['/signin', '/signin?role=manager', '/enroll', '/staff']) {
      await page.goto(path);
      await expect(page.locator('form, [data-staff]').first()).toBeVisible();
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }
    await context.close();
  }
});
