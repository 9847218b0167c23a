// The greeter's tablet and the guard's: numbers given, found, moved and brought back; alerts heard and answered; help by
// one button.
import { expect, type Page } from '@playwright/test';
import { expectAccessible, listen } from '../accessible.ts';
import { expectNoSidewaysScroll, Hall } from '../hall.ts';
import { test } from '../story.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
  await hall.answerAll();
});

const card = (page: Page) => page.getByTestId('ticket');
const dialog = (page: Page) => page.getByRole('dialog');
const doIt = (page: Page, act: string) => card(page).locator(`[data-do=${act}]`).click();

async function find(page: Page, text: string): Promise<void> {
  await page.getByTestId('find').fill(text);
  await page.getByTestId('find').press('Enter');
}

for (const [locale, width, height] of [['zh-CN', 1024, 768], ['en-GB', 820, 1180]] as const) {
  test(`from the need to the counter and back, ${locale}`, async ({ browser }) => {
    const context = await browser.newContext({ locale, viewport: { width, height } });
    const page = await context.newPage();
    const complaints = listen(page);
    await hall.act('2', 'open');
    await page.goto('/greeter');

    // What it needs, and a number in one tap: where to go, how many before, a code to take along.
    await page.locator('[data-service=account]').click();
    await expect(page.getByText(locale === 'en-GB' ? 'Identity card (original)' : '身份证原件')).toBeVisible();
    await page.locator('[data-take=cash]').click();
    const number = (await page.getByTestId('ticket-number').textContent())!.trim();
    expect(number).toMatch(/^A\d{3}$/);
    await expect(page.getByTestId('where')).toContainText('2');
    await expect(page.getByTestId('ahead')).toBeVisible();
    await expect(page.getByTestId('qr')).toBeVisible();

    // Another lane with a reason, urgent on somebody's word, needs, a note.
    await doIt(page, 'lane');
    await dialog(page).locator('[data-lane=priority]').click();
    await dialog(page).getByTestId('words').fill('crutches');
    await page.keyboard.press('Enter');
    await expect(card(page)).toContainText(locale === 'en-GB' ? 'Priority' : '优先');
    await doIt(page, 'flag');
    await dialog(page).getByTestId('words').fill('fever');
    await dialog(page).getByTestId('authoriser').fill('9001');
    await page.keyboard.press('Enter');
    await expect(card(page)).toContainText(locale === 'en-GB' ? 'Urgent' : '紧急');
    await doIt(page, 'needs');
    await dialog(page).locator('[data-need=mobility]').click();
    await dialog(page).locator('[type=submit]').click();
    await expect(card(page)).toContainText(locale === 'en-GB' ? 'mobility' : '行动');
    await doIt(page, 'close');

    // Called and missed at the counter, found by number as people say it, and brought back.
    await hall.greet(`tickets/${await idOf(page, number)}/needs`, { needs: [] });
    await hall.act('2', 'next');
    await hall.act('2', 'no-show');
    await find(page, number.replace(/^([A-Z]+)0+/, '$1').toLowerCase());
    await expect(page.getByTestId('ticket-state')).toHaveAttribute('data-state', 'no_show');
    await doIt(page, 'reinstate');
    await expect(page.getByTestId('ticket-state')).toHaveAttribute('data-state', 'waiting');
    await doIt(page, 'cancel');
    await dialog(page).locator('[type=submit]').click();
    await expect(page.getByTestId('ticket-state')).toHaveAttribute('data-state', 'cancelled');
    await doIt(page, 'close');
    await find(page, 'Z999');
    await expect(page.getByTestId('nothing')).toContainText('Z999');
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, 'AA');
    expect(complaints).toEqual([]);
    await context.close();
  });
}

async function idOf(page: Page, number: string): Promise<string> {
  const list = await page.request.get(`/api/v1/tickets?number=${number}`, { headers: { Authorization: 'Bearer demo-greeter' } });
  return ((await list.json()) as { tickets: { id: string }[] }).tickets[0]!.id;
}

test('paper comes out of the printer that was chosen, and again as a copy', async ({ page }) => {
  await page.goto('/greeter');
  await page.getByTestId('printer').selectOption('k1');
  await page.locator('[data-take=loan]').click();
  const number = (await page.getByTestId('ticket-number').textContent())!.trim();
  await expect(page.getByTestId('print')).toHaveText('号票已打印', { timeout: 30_000 });
  await doIt(page, 'reprint');
  const copies = async () => (await hall.paper()).filter((lines) => lines.includes(number) && /COPY/.test(lines)).length;
  await expect.poll(copies).toBe(1);
});

test('the code on a ticket finds it through the camera', async ({ page }) => {
  await page.goto('/greeter');
  await page.locator('[data-take=cash]').click();
  const number = (await page.getByTestId('ticket-number').textContent())!.trim();
  const svg = page.getByTestId('qr');
  const path = (await svg.locator('path').getAttribute('d'))!;
  const size = Number((await svg.getAttribute('viewBox'))!.split(' ')[2]);
  await doIt(page, 'close');
  // A camera that looks at that ticket.
  await page.evaluate(([shape, width]) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 480];
    const paint = canvas.getContext('2d')!;
    const draw = () => {
      paint.setTransform(1, 0, 0, 1, 0, 0);
      paint.fillStyle = '#fff';
      paint.fillRect(0, 0, 640, 480);
      const scale = 400 / Number(width);
      paint.setTransform(scale, 0, 0, scale, 120, 40);
      paint.fillStyle = '#000';
      paint.fill(new Path2D(String(shape)));
    };
    draw();
    setInterval(draw, 100);
    const devices = { getUserMedia: () => Promise.resolve(canvas.captureStream(10)) };
    Object.defineProperty(navigator, 'mediaDevices', { value: devices, configurable: true });
  }, [path, size]);
  await page.getByRole('button', { name: '扫码' }).click();
  await expect(page.getByTestId('ticket-number')).toHaveText(number);
});

test('a camera that is not allowed is explained', async ({ page }) => {
  await page.goto('/greeter');
  await page.evaluate(() => {
    const denied = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: denied }, configurable: true });
  });
  await page.getByRole('button', { name: '扫码' }).click();
  await expect(page.getByTestId('camera')).toContainText('允许摄像头');
});

test('an appointment is checked in by its code', async ({ page, request }) => {
  const at = new Date(Date.now() + 5 * 60_000).toISOString();
  const code = `B${Date.now() % 100_000}X`;
  const booked = await request.put(`/api/v1/appointments/${code}`, {
    headers: { Authorization: 'Bearer demo-manager' }, data: { service: 'loan', at },
  });
  expect(booked.ok(), await booked.text()).toBe(true);
  await page.goto('/greeter');
  await expect(page.getByTestId('expected')).toContainText(code);
  await find(page, code.toLowerCase());
  await expect(page.getByTestId('ticket-number')).toHaveText(/^C\d{3}$/);
  await expect(card(page)).toContainText('预约');
});

test('an alert comes by itself and is answered by one tap', async ({ page }) => {
  await hall.act('1', 'open');
  await page.goto('/greeter');
  await expect(page.getByTestId('alerts')).toBeVisible();
  await hall.act('1', 'help', { reason: '零钱' });
  const alert = page.getByTestId('alerts').locator('[data-alert=help]');
  await expect(alert).toContainText('1 号窗口请求协助：零钱');
  await alert.getByRole('button', { name: '我去处理' }).click();
  await expect(alert).toHaveCount(0);
});

test('who waits past the target stands in the list and is one tap away', async ({ page }) => {
  await page.route('**/api/v1/hall', async (route) => {
    const answer = await route.fetch();
    const queues = (await answer.json()) as { queues: { late: number }[]; late: unknown[]; late_count: number };
    // A quarter of an hour is long for a test: everybody who waits is late here.
    const list = await page.request.get('/api/v1/tickets?state=waiting', { headers: { Authorization: 'Bearer demo-greeter' } });
    const { tickets } = (await list.json()) as { tickets: unknown[] };
    await route.fulfill({ json: { ...queues, late: tickets, late_count: tickets.length } });
  });
  const { ticket } = await hall.issue('cash');
  await page.goto('/greeter');
  await expect(page.getByTestId('late-count')).toContainText('1');
  await page.getByTestId('late').getByRole('button', { name: ticket.number }).click();
  await expect(page.getByTestId('ticket-number')).toHaveText(ticket.number);
});

test('a device in trouble is shown with what to do', async ({ page }) => {
  await hall.printerFault({ paper: 'out' });
  try {
    await page.goto('/greeter');
    await expect(page.getByTestId('trouble')).toContainText('kiosk-1', { timeout: 40_000 });
  } finally {
    await hall.printerFault({ paper: 'ok' });
  }
});

test('without a network the tablet says so and keeps what it knew', async ({ page, context }) => {
  test.setTimeout(120_000);
  await hall.issue('cash');
  await page.goto('/greeter');
  await expect(page.getByTestId('queues')).toContainText('现金业务');
  await context.setOffline(true);
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'));
  await expect(page.getByTestId('stale')).toBeVisible({ timeout: 40_000 });
  await expect(page.getByTestId('queues')).toContainText('现金业务');
  await page.unroute('**/api/**');
  await context.setOffline(false);
  await expect(page.getByTestId('stale')).toHaveCount(0, { timeout: 40_000 });
});

for (const locale of ['zh-CN', 'en-GB']) {
  test(`a guard sees who is free and calls for help by one button, ${locale}`, async ({ browser }) => {
    const context = await browser.newContext({ locale, viewport: { width: 820, height: 1180 } });
    const [guard, greeter] = [await context.newPage(), await context.newPage()];
    await hall.act('1', 'open');
    await hall.act('2', 'open');
    const { ticket } = await hall.issue('cash');
    await hall.act('1', 'next');
    await greeter.goto('/greeter');
    await guard.goto('/greeter?view=guard');
    await expect(guard.locator('[data-tile="1"]')).toContainText(ticket.number);
    await expect(guard.locator('[data-tile="2"]')).toHaveAttribute('data-state', 'ready');
    await expect(guard.locator('[data-tile="4"]')).toHaveAttribute('data-state', 'closed');
    await expect(guard.getByTestId('where-to')).toContainText('1');

    const busy = greeter.getByTestId('busy');
    if ((await busy.getAttribute('aria-pressed')) === 'true') await busy.click();
    await expect(busy).toHaveAttribute('aria-pressed', 'false');
    await busy.click();
    await expect(busy).toHaveAttribute('aria-pressed', 'true');
    await expect(guard.getByTestId('greeter-busy')).toHaveClass(/busy/, { timeout: 20_000 });

    await guard.locator('[data-alarm=medical]').click();
    await expect(guard.getByTestId('alarm-card')).toBeVisible();
    await expect(dialog(guard)).toContainText('120');
    await expectAccessible(guard, 'AA');
    await expect(greeter.getByTestId('alerts').locator('[data-alert=alarm]')).toBeVisible();
    await hall.answerAll();
    await expect(greeter.getByTestId('alerts').locator('[data-alert=alarm]')).toHaveCount(0);
    await context.close();
  });
}
