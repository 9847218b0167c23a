// Opening a page as somebody would see it: its size, its language, light or dark.
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { listen } from './accessible.ts';
import type { LanguageOf, Place } from './places.ts';

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
