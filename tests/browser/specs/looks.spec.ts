// Every page at its real sizes, in every language, light and dark: nothing cut, nothing upon something else, readable for
// everybody, nothing against the policy. In the demo with a few customers, and in a large hall with long names.
import { expect, test, type Browser } from '@playwright/test';
import { expectAccessible } from '../accessible.ts';
import { largeUrl } from '../addresses.ts';
import { misfits } from '../fits.ts';
import { expectNoSidewaysScroll, Hall } from '../hall.ts';
import { open, type Look } from '../looking.ts';
import { fillLarge, SERVICES } from '../large.ts';
import { LANGUAGES, LARGE_PLACES, LARGE_SCREENS, phones, PLACES, type Place } from '../places.ts';

const [SIMPLIFIED, TRADITIONAL, ENGLISH] = LANGUAGES;

/** Each language once; in English it is dark where the page can be. */
function looks(place: Place): Look[] {
  if (place.language === 'own') return [{ place, language: SIMPLIFIED }];
  return [
    { place, language: SIMPLIFIED },
    { place, language: TRADITIONAL },
    { place, language: ENGLISH, dark: place.dark === true },
  ];
}

/** Looks at a page, which has to be there. `readable`: for everybody, which takes a while to find out. */
async function look(browser: Browser, how: Look, readable: boolean): Promise<void> {
  const seen = await open(browser, how);
  if (!seen) throw new Error(`${how.place.path} is not there`);
  const { page, context, complaints } = seen;
  const where = `${how.place.name}, ${how.language.tag}${how.dark ? ', dark' : ''}`;
  await expectNoSidewaysScroll(page);
  await expect.poll(() => misfits(page, how.place.glass === true), { message: where, timeout: 5_000 }).toEqual([]);
  if (readable) await expectAccessible(page, how.place.level);
  expect(complaints, where).toEqual([]);
  await context.close();
}

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

for (const [words, waiting] of [['nobody waits', 0], ['two hundred wait', 200]] as const) {
  test.describe(`in a large hall with long names where ${words}`, () => {
    let hall: Hall;

    test.beforeAll(async ({ playwright }) => {
      hall = new Hall(await playwright.request.newContext(), largeUrl());
      await (waiting === 0 ? fillLarge(hall) : fillQueues(hall, waiting));
    });

    test('screens', async ({ browser }) => {
      test.setTimeout(180_000);
      for (const place of LARGE_SCREENS) await look(browser, { place, language: SIMPLIFIED, base: hall.base }, false);
    });

    for (const place of LARGE_PLACES) {
      test(place.name, async ({ browser }) => {
        // The longest words are English; where nobody waits they are enough.
        for (const how of looks(place).filter(({ language }) => waiting > 0 || language === ENGLISH)) {
          await look(browser, { ...how, base: hall.base }, false);
        }
      });
    }
  });
}

async function fillQueues(hall: Hall, waiting: number): Promise<void> {
  await hall.crowd(SERVICES, waiting);
  for (const counter of ['1', '6', '8']) await hall.act(counter, 'next');
}

async function aFewCustomers(hall: Hall): Promise<void> {
  await hall.empty();
  for (const counter of ['1', '2', '3', '4']) await hall.act(counter, 'open');
  for (const service of ['cash', 'account', 'loan', 'cash']) await hall.issue(service);
  await hall.act('1', 'next');
  await hall.act('4', 'pause', { reason: 'meal' });
}
