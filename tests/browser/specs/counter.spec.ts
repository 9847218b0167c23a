// A clerk's day at the page: everything by keyboard, and what must not go wrong when the network, another tab or the
// clock of the device does.
import { expect, type Page, type Route } from '@playwright/test';
import { expectAccessible, listen } from '../accessible.ts';
import { expectNoSidewaysScroll, Hall } from '../hall.ts';
import { test } from '../story.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
});

const current = (page: Page) => page.getByTestId('current-number');
const stateOf = (page: Page) => page.getByTestId('counter-state');
const dialog = (page: Page) => page.getByRole('dialog');

/** Opens the counter, and waits until its page follows it. */
async function sit(page: Page, counter: string): Promise<void> {
  await hall.act(counter, 'open');
  await page.goto(`/counter?counter=${counter}`);
  await expect(stateOf(page)).toHaveAttribute('data-state', 'open');
}

/** Presses a key when the page is ready for it: it sleeps while an act is under way. */
async function press(page: Page, key: string): Promise<void> {
  await expect(page.locator('[aria-busy=false]')).toBeVisible();
  await page.keyboard.press(key);
}

for (const locale of ['zh-CN', 'en-GB']) {
  test(`a whole day without touching the mouse, ${locale}`, async ({ browser }) => {
    const context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const complaints = listen(page);
    const first = await hall.issue('cash');
    await hall.act('3', 'open');
    await page.goto('/counter?counter=1');
    await expect(stateOf(page)).toHaveAttribute('data-state', 'closed');
    await press(page, 'o');
    await expect(page.getByTestId('next-list')).toContainText(first.ticket.number);

    // Next, arrived, a note, one more service, finish: the customer goes on to the loan.
    await press(page, 'n');
    await expect(current(page)).toHaveText(first.ticket.number);
    await press(page, 'r');
    await press(page, 'a');
    await expect(page.locator('.current [data-state=serving]')).toBeVisible();
    await press(page, 'm');
    await page.keyboard.type('带走复印件 / took the copy');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('notes')).toContainText('took the copy');
    await press(page, 'b');
    await dialog(page).locator('[data-then=loan]').focus();
    await page.keyboard.press('Space');
    await expect(dialog(page).locator('[data-then=loan]')).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('Enter'); // on the button: takes it back
    await page.keyboard.press('2'); // the second of the others is the loan
    await expect(dialog(page).locator('[data-then=loan]')).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('Tab');
    for (let n = 0; n < 3 && !(await focused(page, 'submit')); n += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('then')).toBeVisible();
    await press(page, 'f');
    await expect(current(page)).toHaveCount(0);
    expect((await hall.ticket(first.ticket.id))['ticket']).toMatchObject({ state: 'waiting', service: 'loan' });
    // The note went along with the customer.
    expect((await hall.ticket(first.ticket.id)).notes[0]?.text).toContain('took the copy');

    // Taken back within its minute, and another outcome instead.
    await press(page, 'u');
    await expect(current(page)).toHaveText(first.ticket.number);
    await press(page, 'e');
    await page.keyboard.press('2');
    await expect(current(page)).toHaveCount(0);

    // Hold and go on, transfer by typing, no-show.
    const [second, third, fourth] = [await hall.issue('cash'), await hall.issue('cash'), await hall.issue('cash')];
    await press(page, 'n');
    await expect(current(page)).toHaveText(second.ticket.number);
    await press(page, 'h');
    await expect(page.getByTestId('held')).toContainText(second.ticket.number);
    await press(page, 'g');
    await expect(current(page)).toHaveText(second.ticket.number);
    await press(page, 't');
    await dialog(page).getByTestId('transfer-search').waitFor();
    await expect(dialog(page).locator('.choices button').first()).toBeVisible();
    await page.keyboard.type('loan');
    await page.keyboard.press('Enter');
    await expect(current(page)).toHaveCount(0);
    expect((await hall.ticket(second.ticket.id))['ticket']).toMatchObject({ service: 'loan' });

    // Out of turn, with a reason.
    await press(page, 'k');
    await page.keyboard.type(fourth.ticket.number);
    await expect(dialog(page).getByRole('radio')).toHaveCount(1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('late flight');
    await page.keyboard.press('Enter');
    await expect(current(page)).toHaveText(fourth.ticket.number);
    await expect(page.getByTestId('why')).toContainText('late flight');
    await press(page, 'x');
    await expect(current(page)).toHaveCount(0);

    // Help, dispute, pause, resume; the day in numbers; close.
    await press(page, 'j');
    await page.keyboard.type('change for 100');
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toHaveCount(0);
    await press(page, 'd');
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toHaveCount(0);
    const { alerts } = await hall.alerts();
    expect(alerts.filter((alert) => alert.counter === '1' && alert.acked_at === null).map((alert) => alert.kind).sort()).toEqual(['dispute', 'help']);
    await hall.answerAll();
    await press(page, 'n');
    await expect(current(page)).toHaveText(third.ticket.number);
    await press(page, 'p');
    await page.keyboard.press('2');
    await expect(stateOf(page)).toHaveAttribute('data-state', 'pausing');
    await press(page, 'f');
    await expect(stateOf(page)).toHaveAttribute('data-state', 'paused');
    await press(page, 's');
    await expect(stateOf(page)).toHaveAttribute('data-state', 'open');
    await expect(page.getByTestId('own-day')).toBeVisible();
    await press(page, 'c');
    await page.keyboard.press('1');
    await expect(stateOf(page)).toHaveAttribute('data-state', 'closed');
    expect(complaints).toEqual([]);
    await context.close();
  });
}

function focused(page: Page, type: string): Promise<boolean> {
  return page.evaluate((wanted) => document.activeElement?.getAttribute('type') === wanted, type);
}

test('the network is cut for 30 s in the middle of next: one call, shown when back', async ({ page, context }) => {
  const [first, second] = [await hall.issue('cash'), await hall.issue('cash')];
  await page.clock.install();
  await sit(page, '1');
  const keys: string[] = [];
  let cut = false;
  await page.route('**/api/v1/**', async (route: Route) => {
    const next = route.request().url().endsWith('/counters/1/next');
    if (next) keys.push(route.request().headers()['idempotency-key'] ?? '');
    if (cut) return route.abort('internetdisconnected');
    if (!next) return route.continue();
    // The lobby hears it and calls; its answer does not arrive any more.
    cut = true;
    await route.fetch();
    await context.setOffline(true);
    return route.abort('internetdisconnected');
  });
  await page.keyboard.press('n');
  await expect(page.getByText('正在重试')).toBeVisible();
  for (let second = 0; second < 30; second += 3) await page.clock.runFor(3_000);
  await expect(page.getByText('正在重试')).toBeVisible();
  await expect(page.locator('[data-act=next]')).toBeDisabled();
  expect(keys.length).toBeGreaterThan(3);

  cut = false;
  await context.setOffline(false);
  await page.unroute('**/api/v1/**');
  await page.clock.runFor(3_000);
  await expect(current(page)).toHaveText(first.ticket.number);
  await expect(page.locator('[data-act=next]')).toBeEnabled();
  await expect(page.getByTestId('problem')).toHaveCount(0);
  expect(new Set(keys).size).toBe(1);
  expect((await hall.ticket(second.ticket.id))['ticket']).toMatchObject({ state: 'waiting' });
});

test('a page loaded again in the middle of next settles it: one call', async ({ page }) => {
  const [first, second] = [await hall.issue('cash'), await hall.issue('cash')];
  await sit(page, '1');
  let reached = false;
  await page.route('**/api/v1/counters/1/next', async (route) => {
    await route.fetch();
    reached = true; // and no answer ever comes
  });
  await page.keyboard.press('n');
  await expect.poll(() => reached).toBe(true);
  await page.unroute('**/api/v1/counters/1/next');
  await page.reload();
  await expect(current(page)).toHaveText(first.ticket.number);
  await expect(page.locator('[data-act=next]')).toBeEnabled();
  expect((await hall.ticket(second.ticket.id))['ticket']).toMatchObject({ state: 'waiting' });
});

test('two tabs of one clerk follow each other, also in what no screen shows', async ({ context }) => {
  const { ticket } = await hall.issue('cash');
  const [one, two] = [await context.newPage(), await context.newPage()];
  await sit(one, '1');
  await sit(two, '1');
  await one.keyboard.press('n');
  await expect(current(two)).toHaveText(ticket.number);
  await press(two, 'a');
  await expect(one.locator('.current [data-state=serving]')).toBeVisible();
  await press(one, 'h');
  await expect(two.getByTestId('held')).toContainText(ticket.number);
});

test('an old page does nothing to another customer, and shows who is there now', async ({ page }) => {
  const [first, second] = [await hall.issue('cash'), await hall.issue('cash')];
  await sit(page, '1');
  await page.keyboard.press('n');
  await expect(current(page)).toHaveText(first.ticket.number);
  await expect(page.locator('[data-act=finish]')).toBeEnabled();
  // The page hears nothing any more; meanwhile the button box calls the next one.
  await page.route('**/api/v1/counters/1/queue**', (route) => route.abort());
  await page.evaluate(() => window.stop());
  await hall.act('1', 'next');
  await expect(current(page)).toHaveText(first.ticket.number);
  await page.unroute('**/api/v1/counters/1/queue**');
  await page.keyboard.press('f');
  await expect(current(page)).toHaveText(second.ticket.number);
  expect((await hall.ticket(second.ticket.id))['ticket']).toMatchObject({ state: 'called' });
});

test('what is pasted into a note stays text', async ({ page }) => {
  await hall.issue('cash');
  await sit(page, '1');
  await page.keyboard.press('n');
  await expect(current(page)).toBeVisible();
  const script = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  await press(page, 'm');
  await page.getByTestId('words').fill(script);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('notes').locator('p')).toHaveText(script);
  await expect(page.getByTestId('notes').locator('img, script')).toHaveCount(0);
});

test('a tablet whose clock is years off tells the same ages', async ({ page }) => {
  await hall.issue('cash');
  await page.clock.install({ time: new Date('2020-01-01T00:00:00Z') });
  await sit(page, '1');
  await expect(page.getByTestId('next-list').locator('li b')).toHaveText(/^[0-2]:\d\d$/);
  await page.keyboard.press('n');
  await expect(page.getByTestId('since')).toHaveText(/^0:\d\d$/);
});

test('by mouse: who comes next is called out of turn, and a refusal is explained', async ({ page }) => {
  const [, second] = [await hall.issue('cash'), await hall.issue('cash')];
  await sit(page, '1');
  await page.getByRole('button', { name: second.ticket.number }).click();
  await page.getByTestId('call-reason').fill('孕妇');
  await dialog(page).getByRole('button', { name: '指定叫号' }).click();
  await expect(current(page)).toHaveText(second.ticket.number);
  await page.locator('[data-act=arrived]').click();
  await page.locator('[data-act=close]').click();
  await dialog(page).getByRole('button', { name: '关闭窗口' }).click();
  await expect(page.getByTestId('problem')).toBeVisible();
});

for (const [locale, width, height] of [['zh-CN', 1280, 800], ['en-GB', 1024, 768]] as const) {
  test(`with everything on it the page is readable and nothing is cut, ${width}×${height}`, async ({ browser }) => {
    const context = await browser.newContext({ locale, viewport: { width, height } });
    const page = await context.newPage();
    const complaints = listen(page);
    for (let n = 0; n < 14; n += 1) await hall.issue(['cash', 'account', 'loan'][n % 3]!, n === 0 ? ['hearing', 'mobility'] : []);
    await sit(page, '1');
    await page.keyboard.press('n');
    await expect(page.getByTestId('needs')).toBeVisible();
    const { ticket } = await hall.counter('1');
    await hall.greet(`tickets/${ticket!.id}/note`, { text: '客户带了两份材料，一份缺章。'.repeat(6) });
    await hall.greet(`tickets/${ticket!.id}/then`, { then: ['loan', 'account'] });
    await expect(page.getByTestId('notes')).toBeVisible();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, 'AA');
    for (const key of ['t', 'k', 'm', 'b', 'p']) {
      await press(page, key);
      await expect(dialog(page)).toBeVisible();
      await expectAccessible(page, 'AA');
      await page.keyboard.press('Escape');
      await expect(dialog(page)).toHaveCount(0);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
}
