// A kiosk that gives no paper: where there is some, and how a customer gets a number all the same.
import { expect, type Page } from '@playwright/test';
import { expectNoSidewaysScroll, Hall, takeAtKiosk } from '../hall.ts';
import { test } from '../story.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
});

/** The demo has one kiosk; here is a second one that works. */
async function withAnotherKiosk(page: Page): Promise<void> {
  await page.route('**/api/v1/menu*', async (route) => {
    const response = await route.fetch();
    const menu = (await response.json()) as { paper: object };
    const other_kiosks = [{ id: 'k2', name: { 'zh-CN': '东门取号机', en: 'Kiosk at the east door' } }];
    await route.fulfill({ response, json: { ...menu, paper: { ...menu.paper, other_kiosks } } });
  });
}

test('a kiosk out of order names the one that works, in both languages, and why only to staff', async ({ page }) => {
  await withAnotherKiosk(page);
  await hall.printerFault({ cutter: 'jam' });
  try {
    await page.goto('/kiosk');
    const sign = page.getByTestId('paused');
    await expect(sign.getByRole('heading')).toHaveText('正在升级，暂停使用');
    await expect(sign).toContainText('Out of order');
    await expect(sign.locator('[data-kiosk=k2]')).toHaveText('东门取号机');
    await expect(page.locator('[data-service]')).toHaveCount(0);
    await expect(page.getByText('切')).toHaveCount(0);
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'English' }).click();
    await expect(sign.getByRole('heading')).toHaveText('Out of order');
    await expect(sign.locator('[data-kiosk=k2]')).toHaveText('Kiosk at the east door');
    await sign.getByRole('button').click();
    await takeAtKiosk(page, 'cash');
    await expect(page.getByTestId('paper')).toContainText('Please note or photograph this number');
  } finally {
    await hall.printerFault({ cutter: 'ok' });
  }
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByTestId('paused')).toHaveCount(0, { timeout: 30_000 });
  await expect(page.locator('[data-service=cash]')).toBeEnabled();
});

test('while the paper is changed the kiosk asks for a moment, and the ticket comes out afterwards', async ({ page }) => {
  await page.goto('/kiosk');
  await expect(page.locator('[data-service=cash]')).toBeEnabled();
  await hall.changePaper(true);
  try {
    const sign = page.getByTestId('paused');
    await expect(sign.getByRole('heading')).toHaveText('请稍候');
    await expect(sign).toContainText('One moment, please');
    await expect(sign).toContainText('正在更换纸卷');
    await sign.getByRole('button').click();
    const before = (await hall.paper()).length;
    const number = await takeAtKiosk(page, 'cash');
    await expect(page.getByTestId('paper')).toHaveAttribute('data-paper', 'changing');
    expect(await hall.paper()).toHaveLength(before);
    await hall.changePaper(false);
    await expect(page.getByTestId('paper')).toHaveAttribute('data-paper', 'printed', { timeout: 15_000 });
    expect((await hall.paper()).at(-1)).toContain(number);
  } finally {
    await hall.changePaper(false);
  }
});
