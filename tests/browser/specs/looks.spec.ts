// Every page at its real sizes, in both languages: nothing cut off, readable for everybody, nothing against the policy.
import { expect, test } from '@playwright/test';
import { expectAccessible, listen } from '../accessible.ts';
import { expectNoSidewaysScroll, Hall } from '../hall.ts';

/** [name, path, width, height, selector that shows the page is there, contrast that is asked for] */
const PLACES = [
  ['kiosk portrait', '/kiosk', 1080, 1920, '[data-service]', 'AAA'],
  ['kiosk landscape', '/kiosk', 1280, 800, '[data-service]', 'AAA'],
  ['counter', '/counter?counter=1', 1280, 800, '[data-act=next]', 'AA'],
  ['counter small', '/counter?counter=1', 1024, 768, '[data-act=next]', 'AA'],
  ['choice of counters', '/counter', 1280, 800, 'main a', 'AA'],
  ['screen', '/screen', 1920, 1080, '[data-counter]', 'AA'],
  ['screen 4K', '/screen', 3840, 2160, '[data-counter]', 'AA'],
  ['screen portrait', '/screen', 1080, 1920, '[data-counter]', 'AA'],
  ['window', '/screen?counter=3', 1920, 1080, '[data-testid=picture] .window', 'AA'],
  ['manager', '/manager', 1440, 900, '[data-queue]', 'AA'],
  ['manager small', '/manager', 1024, 768, '[data-queue]', 'AA'],
  ['two hours', '/manager#ahead', 1440, 900, '[data-testid=charts] figure', 'AA'],
  ['two hours small', '/manager#ahead', 1024, 768, '[data-testid=charts] figure', 'AA'],
  ['report', '/manager#day', 1440, 900, '[data-testid=report] table', 'AA'],
  ['report small', '/manager#day', 1024, 768, '[data-testid=report] table', 'AA'],
  ['what if', '/manager#whatif', 1024, 768, '[data-testid=whatif-day]', 'AA'],
  ['devices', '/devices', 1440, 900, '[data-device]', 'AA'],
  ['devices small', '/devices', 1024, 768, '[data-device]', 'AA'],
  ['wiring', '/wiring', 1024, 768, '[data-unit]', 'AA'],
  ['index', '/', 390, 844, 'main a', 'AA'],
] as const;

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
  for (const counter of ['1', '2', '3', '4']) await hall.act(counter, 'open');
  for (const service of ['cash', 'account', 'loan', 'cash']) await hall.issue(service);
  await hall.act('1', 'next');
  await hall.act('4', 'pause', { reason: 'meal' });
});

for (const [name, path, width, height, there, level] of PLACES) {
  for (const locale of ['zh-CN', 'en-GB']) {
    test(`${name}, ${locale}`, async ({ browser }) => {
      const context = await browser.newContext({ viewport: { width, height }, locale });
      const page = await context.newPage();
      const complaints = listen(page);
      await page.goto(path);
      await expect(page.locator(there).first()).toBeVisible();
      if (locale === 'en-GB' && path === '/kiosk') await page.getByRole('button', { name: 'English' }).click();
      await expectNoSidewaysScroll(page);
      await expectAccessible(page, level);
      expect(complaints).toEqual([]);
      await context.close();
    });
  }
}

test('the kiosk with a number, both ways up', async ({ browser }) => {
  for (const [width, height] of [[1080, 1920], [1280, 800]] as const) {
    const context = await browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    await page.goto('/kiosk');
    await page.locator('[data-service=cash]').click();
    await expect(page.getByTestId('number')).toBeVisible();
    const tall = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
    expect(tall, 'pixels below the glass').toBeLessThanOrEqual(0);
    await expectAccessible(page, 'AAA');
    await context.close();
  }
});

test('a phone, small and usual', async ({ browser }) => {
  const { track } = await hall.issue('account');
  const sizes = [{ width: 360, height: 640 }, { width: 390, height: 844 }];
  for (const [locale, viewport] of ['zh-CN', 'en-GB'].flatMap((one) => sizes.map((size) => [one, size] as const))) {
    const context = await browser.newContext({ viewport, locale });
    const page = await context.newPage();
    const complaints = listen(page);
    await page.goto(track);
    await expect(page.getByTestId('number')).toBeVisible();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, 'AA');
    expect(complaints).toEqual([]);
    await context.close();
  }
});
