// Every page at its real sizes, in every language, light and dark: nothing cut, nothing upon something else, readable for
// everybody, nothing against the policy. In the demo with a few customers, and in a large hall with long names.
import { expect, test, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { largeUrl } from '../addresses.ts';
import { misfits } from '../fits.ts';
import { expectNoSidewaysScroll, Hall } from '../hall.ts';
import { open, type Look } from '../looking.ts';
import { LANGUAGES, LARGE_PLACES, LARGE_SCREENS, phones, PLACES, type Place } from '../places.ts';
import { fillLarge, SERVICES } from '../large.ts';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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

/** Looks at a page; false where this lobby has none. `readable`: for everybody, which takes a while to find out. */
async function look(browser: Parameters<typeof open>[0], how: Look, readable: boolean): Promise<boolean> {
  const seen = await open(browser, how);
  if (!seen) return false;
  const { page, context, complaints } = seen;
  const where = `${how.place.name}, ${how.language.tag}${how.dark ? ', dark' : ''}`;
  await expectNoSidewaysScroll(page);
  await expect.poll(() => misfits(page, how.place.glass === true), { message: where, timeout: 5_000 }).toEqual([]);
  if (readable) await expectAccessible(page, how.place.level);
  expect(complaints, where).toEqual([]);
  await context.close();
  return true;
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
        const there = await look(browser, how, how.language !== TRADITIONAL);
        test.skip(!there, `${place.path} is not there`);
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

test.describe('in a large hall with long names', () => {
  let hall: Hall;

  test.beforeEach(({ request }) => {
    hall = new Hall(request, largeUrl());
  });

  const everywhere = [...LARGE_SCREENS, ...LARGE_PLACES];

  test('where nobody waits', async ({ browser }) => {
    test.setTimeout(240_000);
    await fillLarge(hall);
    for (const place of everywhere) await look(browser, { place, language: ENGLISH, base: hall.base }, false);
  });

  test('where two hundred wait', async ({ browser }) => {
    test.setTimeout(480_000);
    await hall.crowd(SERVICES, 200);
    for (const counter of ['1', '6', '8']) await hall.act(counter, 'next');
    for (const how of everywhere.flatMap(looks)) await look(browser, { ...how, base: hall.base }, false);
  });
});

async function aFewCustomers(hall: Hall): Promise<void> {
  await hall.empty();
  for (const counter of ['1', '2', '3', '4']) await hall.act(counter, 'open');
  for (const service of ['cash', 'account', 'loan', 'cash']) await hall.issue(service);
  await hall.act('1', 'next');
  await hall.act('4', 'pause', { reason: 'meal' });
}

async function expectAccessible(page: Page, level: 'AA' | 'AAA'): Promise<void> {
  await page.evaluate(axeSource); // over the debugger, which no policy forbids
  const options: axe.RunOptions = {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] },
    rules: { 'color-contrast-enhanced': { enabled: level === 'AAA' } },
  };
  const { violations } = await page.evaluate(
    (how) => (window as unknown as { axe: typeof axe }).axe.run(how),
    options,
  );
  const words = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(words).toEqual([]);
}
