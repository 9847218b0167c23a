// The kiosk: what a customer lives through between the door and the paper.
import { expect, type Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { expectAccessible } from '../accessible.ts';
import { Hall, swipe, takeAtKiosk, trackPathOf } from '../hall.ts';
import { test } from '../story.ts';

/** Fits the demo's rule for VIP cards. */
const VIP_CARD = '6228480402564890018';
/** The example of GB 11643. */
const RESIDENT = '11010519491231002X';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
});

async function openKiosk(page: Page, language?: 'English'): Promise<void> {
  await page.goto('/kiosk');
  await expect(page.locator('[data-service=cash]')).toBeEnabled();
  if (language) await page.getByRole('button', { name: language }).click();
}

test('who needs care is asked kindly, and needs reach the clerk', async ({ page }) => {
  await openKiosk(page);
  await page.locator('[data-lane=priority]').click();
  await page.locator('[data-need=hearing]').click();
  await page.locator('[data-need=mobility]').click();
  await page.locator('[data-need=mobility]').click(); // changed their mind
  const wish = page.waitForRequest((request) => request.url().endsWith('/api/v1/tickets'));
  const number = await takeAtKiosk(page, 'cash');
  expect((await wish).postDataJSON()).toMatchObject({ lane: 'priority', needs: ['hearing'], language: 'zh-CN' });
  await page.getByRole('button', { name: '完成' }).click();
  for (const chosen of ['[data-lane=priority]', '[data-need=hearing]']) {
    await expect(page.locator(chosen)).toHaveAttribute('aria-pressed', 'false');
  }
  await hall.act('1', 'open');
  expect((await hall.act('1', 'next')).ticket?.number).toBe(number);
});

test('a VIP card chooses the lane, is masked, and its number is nowhere', async ({ page }) => {
  await openKiosk(page, 'English');
  const told = page.waitForRequest((request) => request.url().endsWith('/api/v1/cards'));
  await swipe(page, VIP_CARD);
  expect((await told).postDataJSON()).toEqual({ number: VIP_CARD });
  await expect(page.getByTestId('card-mask')).toContainText('622************0018');
  await expect(page.getByTestId('card-lane')).toContainText('VIP');
  const kept = () => page.evaluate(() => document.documentElement.outerHTML + JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(await kept()).not.toContain(VIP_CARD);
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/tickets'));
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await takeAtKiosk(page, 'loan');
  expect(((await (await answered).json()) as { ticket: { lane: string } }).ticket.lane).toBe('vip');
  expect(sent.join()).not.toContain(VIP_CARD);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByTestId('card')).toHaveAttribute('data-card', 'none');
});

test('who has a number already is offered its paper again, marked as a copy', async ({ page }) => {
  await openKiosk(page);
  await swipe(page, RESIDENT);
  await expect(page.getByTestId('card')).toHaveAttribute('data-card', 'read');
  const number = await takeAtKiosk(page, 'account');
  await expect(page.getByTestId('paper')).toHaveAttribute('data-paper', 'printed');
  await page.getByRole('button', { name: '完成' }).click();

  await swipe(page, RESIDENT);
  const live = page.getByTestId('live');
  await expect(live).toContainText(number);
  await expectAccessible(page, 'AAA');
  await live.locator(`[data-copy=${number}]`).click();
  await expect(page.getByTestId('number')).toHaveText(number);
  await expect(page.getByTestId('paper')).toHaveAttribute('data-paper', 'printed');
  expect((await hall.paper()).filter((lines) => lines.includes(number) && lines.includes('补打'))).toHaveLength(1);
  await page.getByRole('button', { name: '完成' }).click();

  // The same service again by hand: the same number, and no paper by itself.
  await swipe(page, RESIDENT);
  await page.getByTestId('more').click();
  await expect(page.locator('[data-service=account]')).toBeVisible();
  expect(await takeAtKiosk(page, 'account')).toBe(number);
  await expect(page.getByTestId('had')).toContainText('您的号码仍然有效');
  await page.getByTestId('copy').click();
  await expect(page.getByTestId('paper')).toHaveAttribute('data-paper', 'printed');
});

test('a card that is not read, and noise on the cable, are no ticket and no trouble', async ({ page }) => {
  await openKiosk(page, 'English');
  const card = page.getByTestId('card');
  for (const noise of ['6228480402564890019', '12345', '<script>alert(1)</script>', '9'.repeat(200)]) {
    await swipe(page, noise);
    await expect(card).toHaveAttribute('data-card', 'bad');
    await expect(card).toContainText('Swipe it again');
  }
  await expect(page.locator('[data-service]').first()).toBeVisible();
  await page.keyboard.press('Enter'); // a single key is no card
  await swipe(page, `%B${VIP_CARD}^LI/LEI^30121010000?;${VIP_CARD}=30121010000?`);
  await expect(page.getByTestId('card-mask')).toContainText('622************0018');
});

test('an appointment is checked in by its code, typed or scanned', async ({ page, request }) => {
  const book = async (code: string) => {
    const at = new Date(Date.now() + 5 * 60_000).toISOString();
    const headers = { Authorization: 'Bearer demo-manager', 'Idempotency-Key': randomUUID() };
    const booked = await request.put(`/api/v1/appointments/${code}`, { headers, data: { service: 'account', at } });
    expect(booked.ok(), await booked.text()).toBe(true);
  };
  const [typed, scanned] = [1, 2].map((n) => `K${n}${randomUUID().slice(0, 6)}`.toUpperCase()) as [string, string];
  await Promise.all([book(typed), book(scanned)]);
  await openKiosk(page, 'English');
  await page.getByTestId('appointment').click();
  await page.locator('[data-key=X]').click();
  await page.locator('[data-key=delete]').click();
  for (const key of typed) await page.locator(`[data-key="${key}"]`).click();
  await expect(page.getByTestId('code')).toHaveText(typed);
  await expectAccessible(page, 'AAA');
  await page.getByTestId('check-in-go').click();
  await expect(page.getByTestId('number')).toHaveText(/^B\d{3,4}$/);
  await page.getByRole('button', { name: 'Done' }).click();

  await page.getByTestId('appointment').click();
  await swipe(page, scanned);
  await expect(page.getByTestId('number')).toHaveText(/^B\d{3,4}$/);
  await page.getByRole('button', { name: '完成' }).click();

  await page.getByTestId('appointment').click();
  await swipe(page, 'NOBODYS');
  await expect(page.getByRole('alert')).toContainText('没有这个预约码');
});

test('a call for help reaches the staff, and is answered kindly', async ({ page, request }) => {
  await openKiosk(page);
  await page.locator('[data-tool=help]').click();
  const told = page.getByTestId('helped');
  await expect(told).toContainText('已通知大堂工作人员');
  const alerts = await request.get('/api/v1/alerts', { headers: { Authorization: 'Bearer demo-greeter' } });
  expect(await alerts.text()).toContain('"kind":"help"');
  await told.getByRole('button').click();
  await expect(told).not.toBeVisible();
  await page.route('**/api/v1/help', (route) => route.fulfill({ status: 404, body: '{}' }));
  await page.locator('[data-tool=help]').click();
  await expect(told).toContainText('请直接找大堂工作人员');
});

test('time runs out only after a question with a visible countdown', async ({ page }) => {
  await page.clock.install();
  await openKiosk(page, 'English');
  await page.locator('[data-tool=large]').click();
  await page.locator('[data-need=sight]').click();
  const question = page.getByTestId('more-time');
  // Far enough before the question that a slow machine does not reach it.
  await page.clock.runFor(18_000);
  await expect(question).not.toBeVisible();
  await page.clock.runFor(8_000);
  await expect(question).toBeVisible();
  await expect(page.getByTestId('left')).toHaveText(/Back to the start in 1\d s/);
  await expectAccessible(page, 'AAA');
  await page.getByTestId('more-yes').click();
  await expect(question).not.toBeVisible();
  await page.clock.runFor(60_000);
  await expect(question).not.toBeVisible();
  await page.clock.runFor(60_000);
  // The next customer finds nothing of the one before.
  await expect(page.getByRole('heading', { name: '请选择要办理的业务' })).toBeVisible();
  await expect(page.locator('[data-need=sight]')).toHaveAttribute('aria-pressed', 'false');
  await expect(page.locator('[data-tool=large]')).toHaveAttribute('aria-pressed', 'false');
});

test('without paper the number is huge, and a phone can take it along', async ({ page }) => {
  await hall.printerFault({ paper: 'out' });
  try {
    await openKiosk(page, 'English');
    await expect(page.getByTestId('no-paper')).toBeVisible();
    const track = trackPathOf(page);
    await takeAtKiosk(page, 'cash');
    await expect(page.getByTestId('paper')).toContainText('Please note or photograph this number');
    const code = page.getByTestId('qr');
    await expect(code).toHaveAttribute('data-text', new RegExp(`^http.*${await track}$`));
    await expectAccessible(page, 'AAA');
    const high = await page.getByTestId('number').evaluate((number) => number.getBoundingClientRect().height);
    expect(high).toBeGreaterThan(120);
  } finally {
    await hall.printerFault({ paper: 'ok' });
  }
});

test('the device’s clock says nothing about waits', async ({ page }) => {
  await page.route('**/api/v1/menu*', async (route) => {
    const response = await route.fetch();
    const menu = (await response.json()) as { services: Record<string, unknown>[] };
    Object.assign(menu.services[0]!, { waiting: 3, estimate: { low_s: 300, p50_s: 480, high_s: 840 } });
    return route.fulfill({ response, json: menu });
  });
  await openKiosk(page);
  const wait = page.locator('[data-service=cash]').getByTestId('wait');
  await expect(wait).toHaveText('约 8 分钟，最多 15 分钟');
  await page.clock.setSystemTime(new Date('2001-01-01T00:00:00Z'));
  for (let n = 0; n < 2; n += 1) await page.waitForResponse('**/api/v1/menu*');
  await expect(wait).toHaveText('约 8 分钟，最多 15 分钟');
});
