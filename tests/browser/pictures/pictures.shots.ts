// Pictures of every page at its real sizes, and a contact sheet of them. What is seen is what a lobby with its hardware shows.
import { test, type Browser, type Page } from '@playwright/test';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { largeUrl } from '../addresses.ts';
import { Hall } from '../hall.ts';
import { fillLarge, SERVICES } from '../large.ts';
import { open, reopenStream, type Look } from '../looking.ts';
import { LANGUAGES, LARGE_PLACES, LARGE_SCREENS, phones, PLACES, type Place } from '../places.ts';

const folder = process.env['NS_PICTURES'] ?? '../../target/screens';
const wanted = (process.env['NS_PICTURES_OF'] ?? '').split(',').filter(Boolean);

interface Picture {
  state: string;
  place: Place;
  tag: string;
  dark: boolean;
  file: string;
}

const pictures: Picture[] = [];
const missing = new Set<string>();

const isWanted = ({ name }: Place) => wanted.length === 0 || wanted.some((part) => name.includes(part));

/** Every language, light and dark, as far as they are different for this page. */
function looks(place: Place): Look[] {
  const languages = place.language === 'own' ? LANGUAGES.slice(0, 1) : LANGUAGES;
  const lights = place.dark ? [false, true] : [false];
  return languages.flatMap((language) => lights.map((dark) => ({ place, language, dark })));
}

interface State {
  name: string;
  places: readonly Place[];
  base?: string;
  /** Only the first language and light: what differs is the state. */
  once?: boolean;
  /** The page loses the lobby after it was shown. */
  offline?: boolean;
}

async function photograph(browser: Browser, state: State): Promise<void> {
  for (const place of state.places.filter(isWanted)) {
    if (missing.has(place.path)) continue;
    for (const how of state.once ? looks(place).slice(0, 1) : looks(place)) {
      const seen = await open(browser, { ...how, ...(state.base && { base: state.base }) }).catch((error: unknown) => {
        console.log(`  ${state.name}: ${place.name} did not show: ${String(error).split('\n')[0]}`);
        return undefined;
      });
      if (!seen) {
        missing.add(place.path);
        console.log(`  passed over: ${place.name} (${place.path})`);
        break;
      }
      const { page, context } = seen;
      if (state.offline) await loseLobby(page);
      const words = [state.name, place.name, `${place.width}x${place.height}`, how.language.tag, how.dark ? 'dark' : 'light'];
      const file = `${words.join('_').replaceAll(' ', '-')}.png`;
      await page.screenshot({ path: join(folder, file), fullPage: !place.glass });
      pictures.push({ state: state.name, place, tag: how.language.tag, dark: how.dark ?? false, file });
      await context.close();
    }
  }
}

/** Cuts the network and waits until the page says so; one that does not is photographed as it is. */
async function loseLobby(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await reopenStream(page); // one that is open outlives the network that Chromium takes away
  await page.locator('[data-testid=stale], .notice.bad, .as-of.stale').first().waitFor({ timeout: 30_000 }).catch(() => {
    console.log(`  ${page.url()} does not say that it is offline`);
  });
}

test('pictures', async ({ browser, playwright }) => {
  await mkdir(folder, { recursive: true });
  const request = await playwright.request.newContext();
  const [hall, large] = [new Hall(request), new Hall(request, largeUrl())];
  const everywhere = [...LARGE_SCREENS, ...LARGE_PLACES];

  await hall.empty();
  await photograph(browser, { name: 'nobody', places: PLACES });
  for (const counter of ['1', '2', '3', '4']) await hall.act(counter, 'open');
  for (const service of ['cash', 'account', 'loan', 'cash']) await hall.issue(service);
  await hall.act('1', 'next');
  await hall.act('4', 'pause', { reason: 'meal' });
  const { track } = await hall.issue('account');
  await photograph(browser, { name: 'some', places: [...PLACES, ...phones(track)] });
  await photograph(browser, { name: 'offline', places: [...PLACES, ...phones(track)], once: true, offline: true });

  await hall.printerFault({ paper: 'out' });
  try {
    await photograph(browser, { name: 'no-paper', places: PLACES.filter(({ path }) => /kiosk|greeter|manager|devices/.test(path)), once: true });
  } finally {
    await hall.printerFault({ paper: 'ok' });
  }

  await fillLarge(large);
  await photograph(browser, { name: 'large-nobody', places: everywhere, base: large.base, once: true });
  await large.crowd(SERVICES, 200);
  for (const counter of ['1', '6', '8']) await large.act(counter, 'next');
  await photograph(browser, { name: 'large-200', places: everywhere, base: large.base });

  await writeFile(join(folder, 'index.html'), sheet());
  console.log(`  ${pictures.length} pictures`);
});

/** All pictures by page, small; a click shows one as it is. */
function sheet(): string {
  const names = [...new Set(pictures.map(({ place }) => place.name))];
  const figure = ({ state, tag, dark, file, place }: Picture) =>
    `<figure><a href="${file}"><img src="${file}" loading="lazy" alt=""></a>` +
    `<figcaption>${state} · ${tag} · ${dark ? 'dark' : 'light'} · ${place.width}×${place.height}</figcaption></figure>`;
  const section = (name: string) =>
    `<h2>${name}</h2><div>${pictures.filter(({ place }) => place.name === name).map(figure).join('')}</div>`;
  const style =
    'body{font:16px sans-serif;margin:2rem;background:#ddd}div{display:flex;flex-wrap:wrap;gap:1rem;align-items:start}' +
    'figure{margin:0;width:24rem}img{width:100%;border:1px solid #888;background:#fff}figcaption{font-size:.8rem}';
  const passed = missing.size > 0 ? `<p>Not there yet: ${[...missing].join(', ')}</p>` : '';
  return `<!doctype html><meta charset="utf-8"><title>Now Serving: every page</title><style>${style}</style>${passed}${names.map(section).join('')}`;
}
