// The wait that people are told: before a number is taken, with it, on the phone and in the hall. The numbers are the
// lobby's business; that they are there, agree, and are worded alike is tested here.
import { expect, type Page } from '@playwright/test';
import { Hall, takeAtKiosk, trackPathOf } from '../hall.ts';
import { test } from '../story.ts';

/** "about 8 min, up to 15", "about 5 min", or "now". */
const ZH = /^(现在就到您|约 \d+ 分钟(，最多 \d+ 分钟)?)$/;
const EN = /^(right away|about \d+ min(, up\sto\s\d+)?)$/;

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
  for (const counter of ['1', '2', '3']) await hall.act(counter, 'open');
  for (const service of ['cash', 'cash', 'cash', 'account', 'account']) await hall.issue(service);
});

test('the kiosk tells the range before a number is taken, in both languages and for each lane', async ({ page }) => {
  await page.goto('/kiosk');
  const cash = page.locator('[data-service=cash]').getByTestId('wait');
  await expect(cash).toHaveText(ZH);
  await expect(page.locator('[data-lane=priority]').getByTestId('lane-wait')).toHaveText(/^(现在就到您|(不超过)?约 \d+(–\d+)? 分钟)$/);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(cash).toHaveText(EN);
  await page.locator('[data-lane=priority]').click();
  await expect(cash).toHaveText(EN);
});

test('what the kiosk told with the number stands on the phone, and the hall sees it too', async ({ context }) => {
  const [kiosk, phone, screen] = [await context.newPage(), await context.newPage(), await context.newPage()];
  await kiosk.goto('/kiosk');
  const track = trackPathOf(kiosk);
  await takeAtKiosk(kiosk, 'account');
  const told = kiosk.locator('section.result').getByTestId('wait');
  await expect(told).toHaveText(ZH);
  await phone.goto(await track);
  await expect(phone.getByTestId('promised')).toHaveText((await told.textContent())!);
  await expect(phone.getByTestId('wait')).toHaveText(ZH);
  await expect(phone.getByTestId('late')).toHaveCount(0);
  await screen.goto('/screen');
  await expect(screen.getByTestId('waiting').getByTestId('wait').first()).toHaveText(/约 \d+(–\d+)? 分钟.*about \d+(–\d+)? min/);
});

/** Every answer of the lobby at `path`, with some of it changed. */
async function pretend(page: Page, path: string, change: (body: Record<string, unknown>) => void): Promise<void> {
  await page.route(path, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const response = await route.fetch();
    const json = (await response.json()) as Record<string, unknown>;
    change(json);
    return route.fulfill({ response, json });
  });
}

test('a number that would hardly be called before closing is only taken by somebody who knows', async ({ page }) => {
  await pretend(page, '**/api/v1/menu*', (menu) => {
    for (const service of menu['services'] as Record<string, unknown>[]) service['past_closing'] = true;
  });
  let asked = 0;
  page.on('request', (request) => (asked += request.method() === 'POST' ? 1 : 0));
  await page.goto('/kiosk');
  await page.locator('[data-service=cash]').click();
  const question = page.getByTestId('past-closing');
  await expect(question).toContainText('现金业务');
  await question.getByRole('button', { name: '返回' }).click();
  await expect(page.locator('[data-service=cash]')).toBeVisible();
  expect(asked, 'numbers asked for so far').toBe(0);

  await page.locator('[data-service=account]').click();
  await question.getByRole('button', { name: '仍要取号' }).click();
  await expect(page.getByTestId('number')).toHaveText(/^B\d{3,4}$/);
  expect(asked).toBe(1);
});

test('a phone says that it takes longer than was printed', async ({ page }) => {
  const { track } = await hall.issue('cash');
  await pretend(page, '**/api/v1/track/*', (ticket) => (ticket['late'] = true));
  await page.goto(track);
  await expect(page.getByTestId('late')).toContainText('比预计稍晚');
});

test('somebody who is not ready lets three pass, once, and keeps the number', async ({ page }) => {
  const mine = await hall.issue('loan');
  const others = [await hall.issue('loan'), await hall.issue('loan'), await hall.issue('loan'), await hall.issue('loan')];
  await page.goto(mine.track);
  await page.getByTestId('later').click();
  await page.getByRole('dialog').getByRole('button', { name: '让 3 位先办' }).click();
  await expect(page.getByTestId('done')).toContainText('已让 3 位先办');
  await expect(page.getByTestId('number')).toHaveText(mine.ticket.number);
  await expect(page.getByTestId('ahead')).toHaveText('3');
  await expect(page.getByTestId('later')).toHaveCount(0);

  const called: string[] = [];
  while (called.length < 9) called.push((await hall.act('3', 'next')).ticket!.number);
  const loans = called.filter((number) => number.startsWith('C'));
  const [a, b, c, d] = others.map(({ ticket }) => ticket.number);
  expect(loans).toEqual([a, b, c, mine.ticket.number, d].slice(0, loans.length));
  expect(loans.length).toBeGreaterThanOrEqual(4);
});
