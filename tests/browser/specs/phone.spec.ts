// The customer's phone: one number, from the seat to the counter, on a bad network.
import { expect, type Page } from '@playwright/test';
import { expectAccessible, listen } from '../accessible.ts';
import { expectNoSidewaysScroll, Hall } from '../hall.ts';
import { test } from '../story.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
});

/** Remembers that the phone was told to shake. */
async function withMotor(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    let shaken = 0;
    Object.defineProperty(navigator, 'vibrate', { value: () => (shaken += 1) > 0 });
    Object.assign(window, { shaken: () => shaken });
  });
  return () => page.evaluate(() => (window as unknown as { shaken: () => number }).shaken());
}

for (const [locale, soon, come, go] of [
  ['zh-CN', '快到您了，请回到大厅等候', '现在轮到您了，请马上回来', '请到 3 号窗口'],
  ['en-GB', 'It is nearly your turn. Please come back to the hall', 'It is your turn. Please come back now', 'Go to counter 3'],
] as const) {
  test(`from the seat to the counter and after it, ${locale}`, async ({ browser }) => {
    const first = await hall.issue('loan');
    await hall.issue('loan');
    await hall.issue('loan');
    const mine = await hall.issue('loan');
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale });
    const page = await context.newPage();
    const complaints = listen(page);
    const shaken = await withMotor(page);
    await page.goto(mine.track);
    await expect(page.getByTestId('number')).toHaveText(mine.ticket.number);
    await expect(page.getByTestId('ahead')).toHaveText('3');
    await expect(page.getByTestId('soon')).toHaveCount(0);
    expect(first.ticket.number).not.toBe(mine.ticket.number);

    await hall.act('3', 'open');
    await hall.act('3', 'next');
    await expect(page.getByTestId('soon')).toHaveText(soon);
    await expect.poll(shaken).toBe(1);
    for (let n = 0; n < 3; n += 1) await hall.act('3', 'next');
    await expect(page.getByTestId('state')).toHaveText(go);
    await expect(page.getByTestId('come')).toHaveText(come);
    await expect.poll(shaken).toBe(2);
    const filled = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(filled, 'the page is filled with colour').not.toBe('rgb(244, 246, 245)');
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, 'AA');

    await hall.act('3', 'arrived');
    await hall.act('3', 'finish');
    await page.getByTestId('rate-5').click();
    await expect(page.getByTestId('rated')).toBeVisible();
    expect(complaints).toEqual([]);
    await context.close();
  });
}

test('what the phone knew is shown as old until the lobby is heard again', async ({ page }) => {
  const mine = await hall.issue('cash');
  await page.goto(mine.track);
  await expect(page.getByTestId('number')).toHaveText(mine.ticket.number);
  await page.route('**/api/v1/track/*', (route) => route.abort('connectionrefused'));
  await page.reload();
  await expect(page.getByTestId('number')).toHaveText(mine.ticket.number);
  await expect(page.getByTestId('stale')).toContainText('网络中断');
  await page.unroute('**/api/v1/track/*');
  await expect(page.getByTestId('stale')).toHaveCount(0);
});

test('a slow network is waited for', async ({ page }) => {
  const mine = await hall.issue('cash');
  await page.route('**/api/v1/track/*', async (route) => {
    const response = await route.fetch();
    await new Promise((done) => setTimeout(done, 6_000)); // the network is what is tested here
    await route.fulfill({ response }).catch(() => undefined);
  });
  await page.goto(mine.track);
  await expect(page.getByTestId('number')).toHaveText(mine.ticket.number);
  await expect(page.getByTestId('stale')).toHaveCount(0);
});

test('in the dark, in three languages, and without another address in it', async ({ browser }) => {
  const mine = await hall.issue('account');
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'zh-HK' });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(mine.track);
  await expect(page.getByTestId('number')).toHaveText(mine.ticket.number);
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hant');
  await expectAccessible(page, 'AA');
  // What the public listener serves, and nothing else.
  expect(asked.filter((path) => !/^\/(t|api\/v1\/track)\//.test(path))).toEqual([]);
  await context.close();
});
