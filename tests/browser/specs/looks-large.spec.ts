// The pages in a large hall with long names, where nobody waits and where two hundred do: nothing cut, nothing upon
// something else.
import { test } from '@playwright/test';
import { largeUrl } from '../addresses.ts';
import { Hall } from '../hall.ts';
import { fillLarge, SERVICES } from '../large.ts';
import { look, looks } from '../looking.ts';
import { LANGUAGES, LARGE_PLACES, LARGE_SCREENS } from '../places.ts';

const [SIMPLIFIED, , ENGLISH] = LANGUAGES;

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
