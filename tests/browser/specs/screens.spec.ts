// The lobby's screens: what their block of the configuration says, and what is read from the last row of seats.
import { expect, type Page } from '@playwright/test';
import { Hall } from '../hall.ts';
import { reopenStream } from '../looking.ts';
import { test } from '../story.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
});

interface Block {
  id: string | null;
  [key: string]: unknown;
}

/** Lets the page believe that the configuration says something else. */
async function configured(page: Page, change: Record<string, unknown>): Promise<void> {
  await page.route('**/api/v1/screens', async (route) => {
    const list = (await (await route.fetch()).json()) as { usual: Block; screens: Block[] };
    const changed = { ...list.usual, ...change };
    await route.fulfill({ json: { usual: changed, screens: [changed, ...list.screens.slice(1)] } });
  });
}

/** A board that the lobby is not in: the stream says it once and then lives on pings. */
async function showing(page: Page, change: (board: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
  const response = await page.request.get('/api/v1/board', { headers: { Authorization: 'Bearer demo-screen' } });
  const board = change((await response.json()) as Record<string, unknown>);
  await page.route('**/api/v1/board/events*', (route) =>
    route.fulfill({
      headers: { 'content-type': 'text/event-stream' },
      body: `retry: 60000\n\nevent: board\ndata: ${JSON.stringify(board)}\n\n`,
    }),
  );
}

/** Height of the digits' ink in CSS pixels. */
function inkHeight(page: Page, testid: string): Promise<number> {
  return page.getByTestId(testid).evaluate((element) => {
    const style = getComputedStyle(element);
    const pen = document.createElement('canvas').getContext('2d')!;
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return pen.measureText('0').actualBoundingBoxAscent;
  });
}

// A 43-inch panel is 941 mm wide on 1920 pixels, or 529 mm on 1080.
const MM_100 = 100 / (941 / 1920);

for (const [width, height] of [[1920, 1080], [1080, 1920]] as const) {
  test(`the number called is 100 mm tall on a 43-inch panel, ${width} by ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await hall.issue('cash');
    await hall.act('1', 'open');
    await hall.act('1', 'next');
    await page.goto('/screen');
    await expect(page.getByTestId('call-number')).toBeVisible();
    expect(await inkHeight(page, 'call-number')).toBeGreaterThanOrEqual(MM_100);
  });

  test(`so are two letters and four digits beside thirty counters, ${width} by ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await showing(page, (board) => ({
      ...board,
      calls: [{ number: 'AB1234', counter: '1', at: board['at'], times: 1 }],
      caption: { at: board['at'], text: { 'zh-CN': '请 AB1234 号顾客到 1 号窗口', en: 'Ticket AB1234, please go to counter 1' } },
    }));
    await configured(page, { notices: [{ 'zh-CN': '请妥善保管随身财物', en: 'Keep your valuables with you' }] });
    await page.goto('/screen');
    const number = page.getByTestId('call-number');
    await expect(number).toHaveText('AB1234');
    expect(await inkHeight(page, 'call-number')).toBeGreaterThanOrEqual(MM_100);
    const wide = await number.evaluate((element) => element.scrollWidth - element.parentElement!.clientWidth);
    expect(wide, 'pixels beyond its field').toBeLessThanOrEqual(0);
  });
}

test('a new call flashes for five seconds, and calmly for those who want that', async ({ page, browser }) => {
  await hall.issue('cash');
  await hall.issue('cash');
  await hall.act('1', 'open');
  const calm = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
  for (const screen of [page, calm]) {
    await screen.goto('/screen');
    await expect(screen.getByTestId('current-call')).toBeVisible();
  }
  await hall.act('1', 'next');
  for (const screen of [page, calm]) await expect(screen.getByTestId('current-call')).toHaveClass(/flashing/);
  const moves = (screen: Page) =>
    screen.getByTestId('current-call').evaluate((call) => getComputedStyle(call).animation);
  expect(await moves(page)).toMatch(/^1s steps\(1(, end)?\) (0s )?5 /); // once a second, five times
  expect(await moves(calm)).toMatch(/^none/);
  await expect(page.getByTestId('current-call')).not.toHaveClass(/flashing/, { timeout: 15_000 });
});

test('a paused counter says so and names who takes over, in the hall and at its window', async ({ page, context }) => {
  for (const counter of ['1', '2', '3']) await hall.act(counter, 'open');
  await hall.act('1', 'pause', { reason: 'meal' });
  const sign = await context.newPage();
  await page.goto('/screen');
  await sign.goto('/screen?counter=1');
  const tile = page.locator('[data-counter="1"]');
  await expect(tile).toContainText('暂停服务');
  await expect(tile).toContainText('请到 2、3 号窗口');
  await expect(tile).toContainText('Please use counter 2, 3');
  await expect(sign.getByText('暂停服务')).toBeVisible();
  await expect(sign.getByTestId('window-step')).toContainText('请到 2、3 号窗口');
  await expect(sign.getByTestId('window-services')).toContainText('现金业务、开户与账户');
});

test('a window says whose turn it is and what to do next', async ({ page }) => {
  const { ticket } = await hall.issue('cash');
  await page.goto('/screen?screen=window-3');
  const step = page.getByTestId('window-step');
  await expect(step).toContainText(/请到 .*号窗口|请取号/);
  await hall.act('3', 'open');
  await expect(step).toContainText('请留意屏幕和广播叫号');
  await hall.act('3', 'next');
  await expect(page.getByTestId('window-number')).toHaveText(ticket.number);
  await expect(step).toContainText(`请 ${ticket.number} 号到本窗口`);
  await expect(step).toContainText(`Ticket ${ticket.number}, please come to this counter`);
  await hall.act('3', 'arrived');
  await expect(step).toContainText('正在办理');
});

test('a window names who works there by number and stars', async ({ page }) => {
  await showing(page, (board) => ({
    ...board,
    counters: (board['counters'] as { counter: string }[]).map((one) => ({
      ...one, state: 'open', ready: true, staff: '1023', stars: 4,
    })),
  }));
  await page.goto('/screen?counter=2');
  await expect(page.getByTestId('window-staff')).toContainText('工号 1023');
  await expect(page.getByRole('img', { name: '4 星级服务' })).toBeVisible();
});

test('a screen shows its services, counters, languages and colours', async ({ page }) => {
  await configured(page, {
    services: [{ id: 'loan', name: { 'zh-CN': '贷款业务', en: 'Loans', yue: '貸款業務' } }],
    counters: null,
    languages: ['yue', 'en'],
    theme: 'dark',
    notices: [{ yue: '請保管隨身物品', en: 'Keep your things with you' }],
  });
  await page.goto('/screen?screen=lobby');
  await expect(page.getByTestId('waiting')).toContainText('貸款業務');
  await expect(page.getByTestId('waiting').getByRole('listitem')).toHaveCount(1);
  await expect(page.locator('[data-counter]')).toHaveCount(2); // 3 takes everything, 4 helps out
  await expect(page.locator('[data-counter="3"]')).toContainText('未開放');
  await expect(page.getByTestId('notice')).toContainText('請保管隨身物品');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hant');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  // A call to a counter of another screen is none of its business.
  const { ticket } = await hall.issue('cash');
  await hall.act('2', 'open');
  await hall.act('2', 'next');
  await expect(page.getByTestId('caption')).toContainText(ticket.number);
  await expect(page.getByTestId('call-number').filter({ hasText: ticket.number })).toHaveCount(0);
});

test('a screen that nobody configured says so and names those that are', async ({ page }) => {
  await page.goto('/screen?screen=lobyb');
  const said = page.getByTestId('unknown-screen');
  await expect(said).toContainText('配置中没有名为“lobyb”的屏幕');
  await said.getByRole('link', { name: 'window-3' }).click();
  await expect(page.getByTestId('window-services')).toBeVisible();
});

test('an emergency takes the whole glass, in every language there is', async ({ page }) => {
  const text = { en: 'Please leave now.', 'zh-CN': '请立即离开。', yue: '請即刻離開。' };
  await showing(page, (board) => ({ ...board, alert: { at: board['at'], text } }));
  for (const address of ['/screen', '/screen?counter=3']) {
    await page.goto(address);
    await expect(page.getByTestId('alert').locator('p')).toHaveText([text['zh-CN'], text.en, text.yue]);
    await expect(page.getByTestId('current-call')).toHaveCount(0);
  }
});

test('ten thousand waiting are counted and fit', async ({ page }) => {
  await showing(page, (board) => ({
    ...board,
    waiting: ['cash', 'account', 'loan'].map((service) => ({
      service, service_name: {}, lane: 'regular', count: 10_000, estimate: { low_s: 60, p50_s: 36_000, high_s: 90_000 },
    })),
  }));
  await page.goto('/screen');
  await expect(page.getByTestId('count')).toHaveText(['10000', '10000', '10000']);
  await expect(page.getByTestId('wait').first()).toContainText('约 600–1500 分钟');
});

test('an old picture is grey and says since when', async ({ page }) => {
  let cut = false;
  await page.route('**/api/v1/board/events*', (route) => (cut ? route.abort('connectionrefused') : route.fallback()));
  await hall.act('1', 'open');
  await page.goto('/screen');
  await expect(page.locator('[data-counter="1"]')).toContainText('服务中');
  cut = true;
  await reopenStream(page);
  await expect(page.getByTestId('stale')).toContainText(/画面自 \d\d:\d\d:\d\d 起未更新/);
  const look = () => page.getByTestId('picture').evaluate((picture) => getComputedStyle(picture).filter);
  expect(await look()).toBe('grayscale(1)');
  cut = false;
  await expect(page.getByTestId('stale')).toHaveCount(0);
  expect(await look()).toBe('none');
});
