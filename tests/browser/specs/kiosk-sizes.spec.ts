// The kiosk at its real sizes with branches of three, eight and twenty-four services: nothing to scroll, nothing cut,
// everything large enough for every finger, two touches to a number.
import { expect, type Browser, type Page } from '@playwright/test';
import { expectAccessible, listen } from '../accessible.ts';
import { branchOf, startLobby, type OwnLobby } from '../branches.ts';
import { swipe } from '../hall.ts';
import { test } from '../story.ts';

/** A 22-inch panel upright and lying: pixels, and millimetres of its width. */
const GLASSES = [
  { name: 'portrait', width: 1080, height: 1920, mm: 268 },
  { name: 'landscape', width: 1280, height: 800, mm: 474 },
] as const;
/** The smallest control, in millimetres. */
const FINGER_MM = 20;
/** Its cards are looked up where nobody answers. */
const LOOKUP = '[cards.lookup]\nurl = "http://127.0.0.1:1/lane"\ntimeout_ms = 300\n';

const lobbies = new Map<number, OwnLobby>();

test.beforeAll(async () => {
  for (const count of [3, 8, 24]) lobbies.set(count, await startLobby(branchOf(count, LOOKUP)));
});

test.afterAll(async () => {
  for (const lobby of lobbies.values()) await lobby.stop();
});

async function openKiosk(browser: Browser, count: number, glass: (typeof GLASSES)[number]): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: glass.width, height: glass.height }, baseURL: lobbies.get(count)!.url });
  await page.goto('/kiosk');
  await expect(page.locator('.tile').first()).toBeEnabled();
  return page;
}

async function expectFits(page: Page): Promise<void> {
  const cut = () =>
    page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('[data-fit]')]
        .filter((part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1)
        .map((part) => `${part.className} ${part.scrollHeight}/${part.clientHeight} ${part.scrollWidth}/${part.clientWidth}`),
    );
  await expect.poll(cut, 'parts that are cut or scroll').toEqual([]);
}

async function expectFingers(page: Page, glass: (typeof GLASSES)[number]): Promise<void> {
  const least = (FINGER_MM * glass.width) / glass.mm;
  const small = await page.evaluate(
    (px) =>
      [...document.querySelectorAll('button')]
        .map((button) => ({ words: button.textContent?.trim(), box: button.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.width < px || box.height < px))
        .map(({ words, box }) => `${words}: ${Math.round(box.width)} × ${Math.round(box.height)}`),
    least,
  );
  expect(small, `controls below ${FINGER_MM} mm`).toEqual([]);
}

for (const glass of GLASSES) {
  for (const count of [3, 8, 24]) {
    test(`${count} services, ${glass.name}`, async ({ browser }) => {
      const page = await openKiosk(browser, count, glass);
      const complaints = listen(page);
      for (const language of ['English', '繁體中文', '简体中文']) {
        await page.getByRole('button', { name: language, exact: true }).click();
        await expectFits(page);
        await expectFingers(page, glass);
      }
      if (count > 8) {
        expect(await page.locator('.tile').count()).toBe(3);
        await page.locator('[data-group=g2]').click();
        expect(await page.locator('[data-service]').count()).toBe(8);
        await expectFits(page);
        await expectFingers(page, glass);
        await page.getByTestId('back').click();
      }
      for (const tool of ['large', 'contrast', ...(glass.name === 'portrait' ? ['low'] : [])]) {
        await page.locator(`[data-tool=${tool}]`).click();
        await expectFits(page);
        await expectFingers(page, glass);
        await expectAccessible(page, 'AAA');
        await page.locator(`[data-tool=${tool}]`).click();
      }
      expect(complaints).toEqual([]);
      await page.close();
    });
  }
}

test('two touches to a number, behind a group and in large type', async ({ browser }) => {
  const page = await openKiosk(browser, 24, GLASSES[0]);
  await page.locator('[data-group=g1]').click();
  await page.locator('[data-service=s8]').click();
  await expect(page.getByTestId('number')).toHaveText(/^I\d{3}$/);
  await page.getByRole('button', { name: '完成' }).click();
  await page.locator('[data-tool=large]').click();
  const first = page.locator('[data-group]').first();
  const usual = await page.locator('html').evaluate((html) => parseFloat(getComputedStyle(html).fontSize));
  expect(usual).toBeGreaterThan(0.022 * 1080);
  await first.click();
  expect(await page.locator('[data-service]').count()).toBe(4);
  await page.locator('[data-service=s0]').click();
  await expect(page.getByTestId('number')).toHaveText(/^A\d{3}$/);
  await page.close();
});

test('one key brings every control below 1,220 mm', async ({ browser }) => {
  const page = await openKiosk(browser, 8, GLASSES[0]);
  await page.locator('[data-tool=low]').click();
  const tops = () =>
    page.evaluate(() => {
      const boxes = [...document.querySelectorAll('button')].map((button) => button.getBoundingClientRect());
      return Math.min(...boxes.filter((box) => box.width > 0).map((box) => box.top));
    });
  await expect.poll(tops).toBeGreaterThanOrEqual(1920 / 2);
  await page.locator('[data-service=s0]').click();
  await expect(page.getByTestId('number')).toBeVisible();
  await expect.poll(tops).toBeGreaterThanOrEqual(1920 / 2);
  await expectFits(page);
  await page.getByRole('button', { name: '完成' }).click();
  await expect.poll(tops).toBeLessThan(100); // the next customer stands where most do
  await page.close();
});

test('ten thousand waiting and hours of an absurd wait still fit', async ({ browser }) => {
  for (const glass of GLASSES) {
    const page = await openKiosk(browser, 8, glass);
    await page.route('**/api/v1/menu*', async (route) => {
      const response = await route.fetch();
      const menu = (await response.json()) as { services: Record<string, unknown>[] };
      const estimate = { low_s: 400_000, p50_s: 2_400_000, high_s: 5_400_000 };
      for (const service of menu.services) Object.assign(service, { waiting: 10_000, estimate, lanes: [] });
      return route.fulfill({ response, json: menu });
    });
    await expect(page.locator('.tile').first()).toContainText('10000 人等候');
    await expect(page.locator('.tile').first()).toContainText('约 40000 分钟');
    await expectFits(page);
    await page.close();
  }
});

test('a service that wants to know who comes asks for a card; a lookup that fails is the regular way, said kindly', async ({ browser }) => {
  const page = await openKiosk(browser, 3, GLASSES[1]);
  await page.locator('[data-service=s1]').click();
  await expect(page.getByTestId('wants-card')).toContainText('请刷身份证或银行卡');
  await expectAccessible(page, 'AAA');
  await page.getByTestId('back').click();
  await swipe(page, '6228480402564890018');
  await expect(page.getByTestId('card')).toContainText('请先按普通顺序取号');
  await expectFits(page);
  await page.locator('[data-service=s1]').click();
  await expect(page.getByTestId('number')).toHaveText(/^B\d{3}$/);
  await page.getByRole('button', { name: '完成' }).click();

  await page.locator('[data-service=s1]').click();
  await swipe(page, '11010519491231002X');
  await expect(page.getByTestId('number')).toHaveText(/^B\d{3}$/); // goes on by itself
  await page.close();
});
