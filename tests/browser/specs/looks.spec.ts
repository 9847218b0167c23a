// Every page at its real sizes in the demo with a few customers, in every language, light and dark: nothing cut, nothing
// upon something else, readable for everybody, nothing against the policy.
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../accessible.ts';
import { misfits } from '../fits.ts';
import { Hall } from '../hall.ts';
import { look, looks } from '../looking.ts';
import { LANGUAGES, phones, PLACES } from '../places.ts';

const [, TRADITIONAL] = LANGUAGES;

test.describe('in the demo', () => {
  let hall: Hall;

  test.beforeAll(async ({ playwright }) => {
    hall = new Hall(await playwright.request.newContext());
    await aFewCustomers(hall);
  });

  for (const place of PLACES) {
    test(place.name, async ({ browser }) => {
      for (const how of looks(place)) {
        await look(browser, how, how.language !== TRADITIONAL);
      }
    });
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
      expect(await misfits(page, true)).toEqual([]);
      await expectAccessible(page, 'AAA');
      await context.close();
    }
  });

  test('a phone, small and usual', async ({ browser }) => {
    const { track } = await hall.issue('account');
    for (const place of phones(track)) {
      for (const how of looks(place)) await look(browser, how, true);
    }
  });
});

async function aFewCustomers(hall: Hall): Promise<void> {
  await hall.empty();
  for (const counter of ['1', '2', '3', '4']) await hall.act(counter, 'open');
  for (const service of ['cash', 'account', 'loan', 'cash']) await hall.issue(service);
  await hall.act('1', 'next');
  await hall.act('4', 'pause', { reason: 'meal' });
}
