// The kiosk by its keypad and by ear, and the ways out that there are not.
import { expect, test, type Page } from '@playwright/test';
import { Hall } from '../hall.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
});

/** A browser that has voices, and remembers what it was told to say. */
async function withVoices(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    class Utterance {
      voice: unknown;
      lang = '';
      rate = 1;
      constructor(readonly text: string) {}
    }
    const synthesis = {
      getVoices: () => [{ lang: 'zh-CN' }, { lang: 'en-US' }],
      speak: (words: Utterance) => said.push(words.text),
      cancel: () => undefined,
    };
    Object.defineProperty(window, 'speechSynthesis', { value: synthesis });
    Object.assign(window, { SpeechSynthesisUtterance: Utterance, said });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

async function openKiosk(page: Page): Promise<void> {
  await page.goto('/kiosk');
  await expect(page.locator('[data-service=cash]')).toBeEnabled();
}

test('a number by keys alone, read aloud from the first key on', async ({ page }) => {
  const said = await withVoices(page);
  await openKiosk(page);
  expect(await said()).toEqual([]);
  await page.keyboard.press('F3'); // the next language
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('[data-tool=speech]')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(async () => (await said()).join()).toContain('Speech is on');

  const cash = page.locator('[data-service=cash]');
  const focused = () => cash.evaluate((control) => control === document.activeElement);
  for (let presses = 0; !(await focused()); presses += 1) {
    expect(presses, 'keys to the first service').toBeLessThan(10);
    await page.keyboard.press('ArrowDown');
  }
  expect((await said()).at(-1)).toContain('Cash');
  await page.keyboard.press('Enter');
  const number = page.getByTestId('number');
  await expect(number).toHaveText(/^A\d{3,4}$/);
  const spelled = [...(await number.textContent())!.trim()].join(' ');
  await expect.poll(async () => (await said()).join()).toContain(`Your number is ${spelled}.`);
  await expect(page.getByTestId('paper')).toHaveAttribute('data-paper', 'printed');
  await expect.poll(async () => (await said()).at(-1)).toContain('Please take your ticket');

  const before = (await said()).length;
  await page.keyboard.press('F2'); // once more
  expect((await said()).length).toBe(before + 1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: '请选择要办理的业务' })).toBeVisible();
  await expect(page.locator('[data-tool=speech]')).toHaveAttribute('aria-pressed', 'false');
});

test('headphones alone start the speech', async ({ page }) => {
  const said = await withVoices(page);
  await page.addInitScript(() => {
    let outputs = 1;
    const devices = navigator.mediaDevices;
    devices.enumerateDevices = async () =>
      Array.from({ length: outputs }, () => ({ kind: 'audiooutput' }) as MediaDeviceInfo);
    Object.assign(window, {
      plug: () => {
        outputs += 1;
        devices.dispatchEvent(new Event('devicechange'));
      },
    });
  });
  await openKiosk(page);
  await page.evaluate(() => (window as unknown as { plug: () => void }).plug());
  await expect(page.locator('[data-tool=speech]')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(async () => (await said()).join()).toContain('请选择要办理的业务');
});

test('a browser without a voice is lent the lobby’s', async ({ page }) => {
  await openKiosk(page);
  const spoken = page.waitForResponse((response) => response.url().includes('/api/v1/speech'));
  await page.keyboard.press('ArrowDown');
  const answer = await spoken;
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-type']).toBe('audio/wav');
});

test('the keypad reaches every setting', async ({ page }) => {
  await page.setViewportSize({ width: 1080, height: 1920 });
  await withVoices(page);
  await openKiosk(page);
  for (const [key, tool] of [['F4', 'large'], ['F6', 'contrast'], ['F7', 'low']] as const) {
    await page.keyboard.press(key);
    await expect(page.locator(`[data-tool=${tool}]`)).toHaveAttribute('aria-pressed', 'true');
  }
  await page.keyboard.press('F1');
  await expect(page.getByTestId('helped')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('helped')).not.toBeVisible();
  await page.keyboard.press('F8');
  await expect(page.locator('[data-tool=speech]')).toHaveAttribute('aria-pressed', 'false');
});

test('nobody leaves the page', async ({ page }) => {
  await openKiosk(page);
  await page.evaluate(() => Object.assign(window, { same: true }));
  expect(await page.locator('a[href]').count()).toBe(0);
  for (const key of ['F5', 'F11', 'F12', 'Control+r', 'Control+p', 'Alt+ArrowLeft', 'Alt+Home', 'Backspace', 'Escape']) {
    await page.keyboard.press(key);
  }
  await page.goBack().catch(() => null);
  const menu = await page.evaluate(() => !document.body.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true })));
  expect(menu, 'a context menu is prevented').toBe(true);
  const drag = await page.evaluate(() => !document.body.dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true })));
  expect(drag, 'dragging is prevented').toBe(true);
  const pinch = await page.evaluate(() => !document.body.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, ctrlKey: true })));
  expect(pinch, 'a pinch is prevented').toBe(true);
  expect(new URL(page.url()).pathname).toBe('/kiosk');
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), 'the page was never loaded again').toBe(true);
  await expect(page.locator('[data-service=cash]')).toBeEnabled();
});
