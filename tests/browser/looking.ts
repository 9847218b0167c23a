// Opening a page as somebody would see it: its size, its language, light or dark.
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { expectAccessible, listen } from './accessible.ts';
import { misfits } from './fits.ts';
import { expectNoSidewaysScroll } from './hall.ts';
import { LANGUAGES, type LanguageOf, type Place } from './places.ts';

const [SIMPLIFIED, TRADITIONAL, ENGLISH] = LANGUAGES;

export interface Look {
  place: Place;
  language: LanguageOf;
  dark?: boolean;
  /** Where the hall is, if not at the tests' own. */
  base?: string;
}

export interface Seen {
  page: Page;
  context: BrowserContext;
  /** Violations of the policy and failed loads end up in the console. */
  complaints: string[];
}

/** Opens it; `undefined` where this lobby has no such page. */
export async function open(browser: Browser, { place, language, dark = false, base }: Look): Promise<Seen | undefined> {
  const context = await browser.newContext({
    viewport: { width: place.width, height: place.height },
    locale: language.locale,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    ...(base && { baseURL: base }),
  });
  const page = await context.newPage();
  const complaints = listen(page);
  const answer = await page.goto(place.path);
  if (answer?.status() === 404) {
    await context.close();
    return undefined;
  }
  await expect(page.locator(place.there).first()).toBeVisible();
  if (place.language === 'button') {
    const button = page.getByRole('button', { name: language.button });
    if ((await button.count()) > 0) await button.first().click();
  }
  return { page, context, complaints };
}

/** Each language once; in English it is dark where the page can be. */
export function looks(place: Place): Look[] {
  if (place.language === 'own') return [{ place, language: SIMPLIFIED }];
  return [
    { place, language: SIMPLIFIED },
    { place, language: TRADITIONAL },
    { place, language: ENGLISH, dark: place.dark === true },
  ];
}

/** Looks at a page, which has to be there. `readable`: for everybody, which takes a while to find out. */
export async function look(browser: Browser, how: Look, readable: boolean): Promise<void> {
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

/** Makes a page let go of its stream and open it anew, as one that was hidden and is seen again does. */
export async function reopenStream(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = (hidden: boolean) => Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    for (const hidden of [true, false]) {
      seen(hidden);
      document.dispatchEvent(new Event('visibilitychange'));
    }
  });
}
