// The devices page while cables are pulled: state and remedy are there within 5 s (DESIGN law 7), in both languages.
import { expect, test, type Locator, type Page } from '@playwright/test';
import { simUrl } from '../addresses.ts';
import { expectNoSidewaysScroll, Hall } from '../hall.ts';

/** Law 7 of DESIGN §4: the requirement itself. */
const WITHIN = { timeout: 5_000 };

let hall: Hall;

async function fault(hall: Hall, device: string, fault: Record<string, unknown>): Promise<void> {
  const response = await hall.request.post(`${simUrl}/${device}/fault`, { data: fault });
  expect(response.ok(), `${device} ${JSON.stringify(fault)}: ${response.status()}`).toBe(true);
}

function card(page: Page, id: string): Locator {
  return page.locator(`[data-device="${id}"]`);
}

async function open(page: Page, language: 'zh-CN' | 'en'): Promise<void> {
  await page.goto('/devices');
  await page.getByRole('button', { name: language === 'en' ? 'English' : '简体中文' }).click();
  await expect(card(page, 'line-desks')).toHaveAttribute('data-state', 'ok');
  for (const id of ['kiosk-1', 'desk-1', 'desk-2']) await expect(card(page, id)).toHaveAttribute('data-state', 'ok');
}

async function mend(hall: Hall): Promise<void> {
  await fault(hall, 'lines/desks', { unplug: false });
  await fault(hall, 'desks/2', { unplug: false });
  await fault(hall, 'printers/kiosk-1', { paper: 'ok', cover: 'closed', unplug: false });
}

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await mend(hall);
});

test.afterEach(() => mend(hall));

interface Trouble {
  what: string;
  device: string;
  lever: string;
  pull: Record<string, unknown>;
  mend: Record<string, unknown>;
  zh: [state: string, remedy: string];
  en: [state: string, remedy: string];
}

const TROUBLES: Trouble[] = [
  {
    what: 'a desk unit comes unplugged',
    device: 'desk-2',
    lever: 'desks/2',
    pull: { unplug: true },
    mend: { unplug: false },
    zh: ['无应答', '请检查终端插头，可先用窗口网页叫号。'],
    en: ['No answer', 'Check the plug of the desk unit; clerks can use the counter page.'],
  },
  {
    what: 'the paper runs out',
    device: 'kiosk-1',
    lever: 'printers/kiosk-1',
    pull: { paper: 'out' },
    mend: { paper: 'ok' },
    zh: ['缺纸', '请装入新纸卷并合上机盖。'],
    en: ['Paper out', 'Put in a new roll and close the cover.'],
  },
  {
    what: 'the cover stands open',
    device: 'kiosk-1',
    lever: 'printers/kiosk-1',
    pull: { cover: 'open' },
    mend: { cover: 'closed' },
    zh: ['机盖打开', '请合上打印机机盖。'],
    en: ['Cover open', "Close the printer's cover until it clicks."],
  },
  {
    what: 'the printer comes unplugged',
    device: 'kiosk-1',
    lever: 'printers/kiosk-1',
    pull: { unplug: true },
    mend: { unplug: false },
    zh: ['未连接', '请检查打印机电源和数据线。'],
    en: ['Unplugged', "Check the printer's power and its cable."],
  },
  {
    what: 'the line to the counters comes unplugged',
    device: 'line-desks',
    lever: 'lines/desks',
    pull: { unplug: true },
    mend: { unplug: false },
    zh: ['未连接', '请检查控制器到窗口的线缆。'],
    en: ['Unplugged', 'Check the cable from the controller to the counters.'],
  },
];

for (const { what, device, lever, pull, mend, zh, en } of TROUBLES) {
  test(`${what}: state and remedy within 5 s, in Chinese and in English`, async ({ page, context }) => {
    const other = await context.newPage();
    await open(page, 'zh-CN');
    await open(other, 'en');
    await fault(hall, lever, pull);
    await Promise.all(
      ([[page, zh], [other, en]] as const).map(async ([where, [state, remedy]]) => {
        await expect(card(where, device).locator('.state')).toHaveText(state, WITHIN);
        await expect(card(where, device).locator('.remedy')).toContainText(remedy, WITHIN);
      }),
    );
    await expect(page.getByTestId('summary')).toContainText('需要处理');
    await expect(other.getByTestId('summary')).toContainText('need a hand');
    await fault(hall, lever, mend);
    await expect(card(page, device)).toHaveAttribute('data-state', 'ok');
    await expect(card(page, device).locator('.remedy')).toHaveCount(0);
  });
}

test('units behind a line that is gone say that they wait for it, and do not count', async ({ page }) => {
  await open(page, 'en');
  await fault(hall, 'lines/desks', { unplug: true });
  await expect(card(page, 'desk-1')).toContainText('Waits for line-desks', WITHIN);
  await expect(card(page, 'desk-1')).toHaveClass(/behind/);
  const groups = page.locator('main section');
  await expect(groups.filter({ has: card(page, 'line-desks') })).toContainText('Unplugged');
});

test('a screen that is closed is missed within 5 s', async ({ page, context }) => {
  await open(page, 'zh-CN');
  const screen = await context.newPage();
  await screen.goto('/screen?counter=3&screen=window-3');
  await expect(card(page, 'screen-window-3')).toHaveAttribute('data-state', 'ok', WITHIN);
  await screen.close();
  await expect(card(page, 'screen-window-3').locator('.state')).toHaveText('未连接', WITHIN);
  await expect(card(page, 'screen-window-3').locator('.remedy')).toContainText('请重新打开屏幕页面', WITHIN);
});

test('errors are counted and unfold', async ({ page }) => {
  await open(page, 'zh-CN');
  await fault(hall, 'desks/2', { unplug: true });
  await expect(card(page, 'desk-2').locator('.state')).toHaveText('无应答', WITHIN);
  await card(page, 'desk-2').locator('summary').click();
  const timeouts = card(page, 'desk-2').getByRole('row', { name: /超时/ }).getByRole('cell');
  await expect(timeouts).toHaveText(/^[1-9]\d*$/);
});

test('a page that has lost the lobby says so and greys out', async ({ page }) => {
  await open(page, 'zh-CN');
  await page.route('**/api/v1/devices**', (route) => route.abort());
  await page.evaluate(() => {
    // A hidden page lets go of its stream and opens it anew when it is seen again.
    const seen = (hidden: boolean) => Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    for (const hidden of [true, false]) {
      seen(hidden);
      document.dispatchEvent(new Event('visibilitychange'));
    }
  });
  await expect(page.getByTestId('stale')).toContainText('与系统失去联系');
  await page.unroute('**/api/v1/devices**');
  await expect(page.getByTestId('stale')).toHaveCount(0);
});

test('a tablet shows it all, and the keyboard unfolds the counters', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await open(page, 'zh-CN');
  await expectNoSidewaysScroll(page);
  await card(page, 'kiosk-1').locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(card(page, 'kiosk-1').locator('table')).toBeVisible();
});

test('the self-test is started, tells what is wrong, and its list is ticked', async ({ page }) => {
  await hall.empty();
  await open(page, 'zh-CN');
  const panel = page.getByTestId('selftest');
  await fault(hall, 'printers/kiosk-1', { paper: 'out' });
  await expect(card(page, 'kiosk-1')).toHaveAttribute('data-state', 'paper_out', WITHIN);
  await panel.getByRole('button', { name: '开始自检' }).click();
  await expect.poll(() => hall.digits('2')).toBe('8888');
  await expect(page.getByTestId('selftest-state')).toContainText('自检已完成');
  await expect.poll(async () => (await hall.digits('2')).trim()).toBe('');
  const item = (id: string) => panel.locator(`[data-item="${id}"]`);
  await expect(item('kiosk-1')).toHaveAttribute('data-outcome', 'failed');
  await expect(item('kiosk-1')).toContainText('请装入新纸卷并合上机盖。');
  await expect(item('desk-2')).toHaveAttribute('data-outcome', 'ok');
  await expect(item('journal')).toHaveAttribute('data-outcome', 'ok');
  await item('manual-tv').getByRole('textbox').fill('没有画面');
  await item('manual-tv').getByRole('button', { name: '有问题' }).click();
  await expect(item('manual-tv')).toHaveAttribute('data-outcome', 'failed');
  await expect(item('manual-tv')).toContainText('没有画面');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(item('kiosk-1')).toContainText('Put in a new roll and close the cover.');
});
