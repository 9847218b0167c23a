// What the pages say when something is broken. They may be sorry; they may not be wrong.
import { expect, type Page, type Route } from '@playwright/test';
import { Hall, takeAtKiosk } from '../hall.ts';
import { test } from '../story.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
});

/** Answers of the lobby that never arrive, though it has done what was asked. */
async function loseAnswers(page: Page, path: string, count: number): Promise<string[]> {
  const keys: string[] = [];
  await page.route(path, async (route: Route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    keys.push(route.request().headers()['idempotency-key'] ?? '');
    if (keys.length > count) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  return keys;
}

test('a lost answer at the kiosk costs one ticket, not two', async ({ page, request }) => {
  await page.goto('/kiosk');
  const before = await waiting(request);
  const keys = await loseAnswers(page, '**/api/v1/tickets', 2);
  await takeAtKiosk(page, 'cash');
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(await waiting(request)).toBe(before + 1);
});

test('an impatient double tap takes one ticket', async ({ page, request }) => {
  await page.goto('/kiosk');
  const before = await waiting(request);
  await page.locator('[data-service=cash]').dblclick();
  await expect(page.getByTestId('number')).toBeVisible();
  await page.getByRole('button', { name: '完成' }).dblclick();
  await expect(page.locator('[data-service=cash]')).toBeVisible();
  expect(await waiting(request)).toBe(before + 1);
});

test('a lost answer at the counter calls one customer, not two', async ({ page }) => {
  const first = await hall.issue('cash');
  await hall.issue('cash');
  await hall.act('1', 'open');
  await page.goto('/counter?counter=1');
  const keys = await loseAnswers(page, '**/api/v1/counters/1/next', 1);
  await page.locator('[data-act=next]').click();
  await expect(page.getByTestId('current-number')).toHaveText(first.ticket.number);
  await expect(page.locator('[data-act=next]')).toBeEnabled();
  expect(new Set(keys).size).toBe(1);
  await expect(page.getByTestId('waiting-here')).toContainText('1');
});

test('without paper the kiosk shows the number and never says that it was printed', async ({ page }) => {
  await hall.printerFault({ paper: 'out' });
  try {
    await page.goto('/kiosk');
    await expect(page.getByTestId('no-paper')).toContainText('正在升级，暂停使用');
    await expect(page.getByText('缺纸')).toHaveCount(0); // why is for staff
    await takeAtKiosk(page, 'cash');
    await expect(page.getByTestId('paper')).toHaveAttribute('data-paper', /failed|uncertain|unknown/);
    await expect(page.getByTestId('paper')).toContainText('请记下或拍下这个号码');
  } finally {
    await hall.printerFault({ paper: 'ok' });
  }
  await expect(page.getByTestId('no-paper')).toHaveCount(0, { timeout: 30_000 });
});

test('an uncertain ticket is not called printed', async ({ page }) => {
  await page.route('**/api/v1/track/*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), print: 'uncertain' } });
  });
  await page.goto('/kiosk');
  await takeAtKiosk(page, 'cash');
  await expect(page.getByTestId('paper')).toHaveAttribute('data-paper', 'uncertain');
  await expect(page.getByTestId('paper')).not.toContainText('请取走号票');
});

test('the kiosk says that it is offline, sells nothing, and recovers alone', async ({ page }) => {
  await page.goto('/kiosk');
  await expect(page.locator('[data-service=cash]')).toBeEnabled();
  await page.route('**/api/**', (route) => route.abort('connectionrefused'));
  await expect(page.getByText('取号机暂时连接不上')).toBeVisible();
  await expect(page.locator('[data-service=cash]')).toBeDisabled();
  await page.unroute('**/api/**');
  await expect(page.locator('[data-service=cash]')).toBeEnabled();
  await expect(page.getByText('取号机暂时连接不上')).toHaveCount(0);
});

test('a screen whose stream stops says since when, and lives again with the stream', async ({ page, request }) => {
  const board: unknown = await (
    await request.get('/api/v1/board', { headers: { Authorization: 'Bearer demo-screen' } })
  ).json();
  let streams = 0;
  await page.route('**/api/v1/board/events*', (route) => {
    streams += 1;
    if (streams > 1) return route.abort('connectionrefused');
    return route.fulfill({
      headers: { 'content-type': 'text/event-stream' },
      body: `retry: 1000\n\nevent: board\ndata: ${JSON.stringify(board)}\n\n`, // and then the connection ends
    });
  });
  await page.goto('/screen');
  await expect(page.getByTestId('stale')).toContainText(/画面自 \d\d:\d\d:\d\d 起未更新/);
  await expect(page.getByTestId('stale')).toContainText('Not updated since');
  await page.unroute('**/api/v1/board/events*');
  await expect(page.getByTestId('stale')).toHaveCount(0);
});

test('the phone says that its picture is old', async ({ page }) => {
  const { track } = await hall.issue('cash');
  await page.goto(track);
  await expect(page.getByTestId('number')).toBeVisible();
  await page.route('**/api/v1/track/*', (route) => route.abort('connectionrefused'));
  await expect(page.getByTestId('stale')).toContainText('网络中断');
  await page.unroute('**/api/v1/track/*');
  await expect(page.getByTestId('stale')).toHaveCount(0);
});

test('a wrong link is told apart from a broken network', async ({ page }) => {
  await page.goto('/t/no-such-token');
  await expect(page.getByText('没有这个号码')).toBeVisible();
});

test('a refusal is shown in words, and one without Chinese words in its own', async ({ page }) => {
  await page.goto('/counter?counter=1');
  await expect(page.getByTestId('counter-state')).toHaveAttribute('data-state', 'closed');
  let code = 'day_closed';
  await page.route('**/api/v1/counters/1/open', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 409, code, detail: 'Ask the manager.' }),
    }),
  );
  await page.locator('[data-act=open]').click();
  await expect(page.getByTestId('problem')).toHaveText('营业尚未开始或已结束。');
  code = 'something_new';
  await page.locator('[data-act=open]').click();
  await expect(page.getByTestId('problem')).toHaveText('Ask the manager.');
});

test('an act that is refused for a while counts down to when it may be done', async ({ page }) => {
  await hall.issue('cash');
  await hall.act('1', 'open');
  await hall.act('1', 'next');
  await page.route('**/api/v1/counters/1/no-show', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 409, code: 'greeter_alerted', detail: 'The greeter looks.', wait_s: 3 }),
    }),
  );
  await page.goto('/counter?counter=1');
  await page.locator('[data-act=no-show]').click();
  await expect(page.getByTestId('problem')).toContainText('已请大堂人员寻找这位顾客');
  await expect(page.getByTestId('countdown')).toHaveText(/还需 \d 秒/);
  await expect(page.getByTestId('countdown')).toHaveText('现在可以再按');
});

async function waiting(request: Hall['request']): Promise<number> {
  const response = await request.get('/api/v1/menu', { headers: { Authorization: 'Bearer demo-kiosk' } });
  const { services } = (await response.json()) as { services: { waiting: number }[] };
  return services.reduce((sum, service) => sum + service.waiting, 0);
}
