// How quick the pages are, on this machine and now: weight on the wire, when they are usable, how soon a board is painted.
import { test, type Browser, type Page } from '@playwright/test';
import { Hall } from '../hall.ts';
import { phones, PLACES, type Place } from '../places.ts';

const ROUNDS = 5;
const CALLS = 20;

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

interface Loaded {
  kib: number;
  usable: number;
}

/** One visit with an empty cache: bytes as they came over the wire, and from navigation to what the page is for. */
async function visit(browser: Browser, place: Place): Promise<Loaded | undefined> {
  const context = await browser.newContext({ viewport: { width: place.width, height: place.height } });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  let bytes = 0;
  const files = new Set<string>(); // of the page itself, not what it asks the lobby
  wire.on('Network.responseReceived', ({ requestId, response }) => {
    if (!new URL(response.url).pathname.startsWith('/api/')) files.add(requestId);
  });
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (files.has(requestId)) bytes += encodedDataLength;
  });
  const began = performance.now();
  const answer = await page.goto(place.path, { waitUntil: 'commit' });
  if (answer?.status() === 404) {
    await context.close();
    return undefined;
  }
  await page.locator(place.there).first().waitFor();
  const usable = performance.now() - began;
  await page.waitForLoadState('load');
  await context.close();
  return { kib: bytes / 1024, usable };
}

/** From the board's event in the page to the frame after the one in which the number stands. */
async function paints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const add = EventSource.prototype.addEventListener;
    const times: number[] = [];
    Object.assign(window, { paintTimes: times });
    EventSource.prototype.addEventListener = function (this: EventSource, ...args: Parameters<typeof add>) {
      const [type, listener, options] = args;
      if (type !== 'board' || typeof listener !== 'function') return add.apply(this, args);
      return add.call(this, type, (event) => {
        const came = performance.now();
        listener.call(this, event);
        requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - came)));
      }, options);
    } as typeof add;
  });
}

test('measure', async ({ browser, page, request }) => {
  const hall = new Hall(request);
  await hall.empty();
  await hall.act('1', 'open');
  const { track } = await hall.issue('account');
  console.log('  page                     KiB (≤ 200)   usable in ms (≤ 1000), median of 5');
  for (const place of [...PLACES, ...phones(track)]) {
    const visits: Loaded[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const visited = await visit(browser, place);
      if (visited) visits.push(visited);
    }
    if (visits.length === 0) continue;
    const [kib, usable] = [median(visits.map((one) => one.kib)), median(visits.map((one) => one.usable))];
    console.log(`  ${place.name.padEnd(24)} ${kib.toFixed(0).padStart(11)} ${usable.toFixed(0).padStart(12)}`);
  }
  await paints(page);
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.goto('/screen');
  await page.locator('[data-counter]').first().waitFor();
  await hall.crowd(['cash'], CALLS);
  await page.evaluate(() => ((window as unknown as { paintTimes: number[] }).paintTimes.length = 0));
  for (let call = 0; call < CALLS; call += 1) {
    const { ticket } = await hall.act('1', 'next');
    await page.getByTestId('call-number').filter({ hasText: ticket?.number ?? '' }).waitFor();
  }
  const times = await page.evaluate(() => (window as unknown as { paintTimes: number[] }).paintTimes);
  const worst = Math.max(...times);
  console.log(`  board painted after its event: median ${median(times).toFixed(0)} ms, worst ${worst.toFixed(0)} ms of ${times.length} (≤ 50)`);
});
