// What a person lives through: from the button on the kiosk to the digits over the counter.
import { expect, test } from '@playwright/test';
import { Hall, takeAtKiosk, tile, trackPathOf } from '../hall.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
});

test('a customer takes a cash ticket in Chinese and is called by a button box', async ({ context }) => {
  const [kiosk, screen, phone] = [await context.newPage(), await context.newPage(), await context.newPage()];
  await screen.goto('/screen');
  await kiosk.goto('/kiosk');

  const track = trackPathOf(kiosk);
  const number = await takeAtKiosk(kiosk, 'cash');
  expect(number).toMatch(/^A/);
  await expect(kiosk.getByText('您的号码')).toBeVisible();
  await expect(kiosk.getByTestId('paper')).toHaveText('请取走号票');
  expect((await hall.paper()).filter((lines) => lines.includes(number))).toHaveLength(1);

  await phone.goto(await track);
  await expect(phone.getByTestId('number')).toHaveText(number);
  await expect(phone.getByTestId('state')).toHaveAttribute('data-state', 'waiting');
  await expect(screen.getByTestId('waiting')).toContainText('现金业务');

  await hall.act('1', 'open');
  await hall.press('1', 'next');

  await expect(screen.getByTestId('call-number')).toHaveText(number);
  await expect(screen.getByTestId('call-counter')).toHaveText('1');
  await expect(screen.getByTestId('caption')).toContainText(number);
  await expect(tile(screen, '1').getByTestId('counter-number')).toHaveText(number);
  await expect.poll(() => hall.digits('1')).toContain(number);
  await expect(phone.getByTestId('state')).toHaveText('请到 1 号窗口');
});

test('a customer takes a ticket in English, and the next one finds Chinese again', async ({ page }) => {
  await page.goto('/kiosk');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'What would you like to do?' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');

  const number = await takeAtKiosk(page, 'account');
  expect(number).toMatch(/^B/);
  await expect(page.getByText('Your number', { exact: true })).toBeVisible();
  await expect(page.getByTestId('paper')).toHaveText('Please take your ticket');
  const ours = (await hall.paper()).find((lines) => lines.includes(number));
  expect(ours).toBeDefined();

  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: '请选择要办理的业务' })).toBeVisible();
});

test('a clerk opens, calls, receives and finishes by keyboard and button', async ({ context }) => {
  const { ticket } = await hall.issue('cash');
  const [clerk, screen] = [await context.newPage(), await context.newPage()];
  await screen.goto('/screen?counter=2');
  await clerk.goto('/counter?counter=2');
  const state = clerk.getByTestId('counter-state');
  await expect(state).toHaveAttribute('data-state', 'closed');

  await clerk.keyboard.press('o');
  await expect(state).toHaveAttribute('data-state', 'open');
  await expect(clerk.getByTestId('waiting-here')).toContainText('1');

  await clerk.keyboard.press('n');
  await expect(clerk.getByTestId('current-number')).toHaveText(ticket.number);
  await expect(screen.getByTestId('window-number')).toHaveText(ticket.number);

  await clerk.locator('[data-act=arrived]').click();
  await expect(clerk.locator('[data-state=serving]')).toBeVisible();
  await clerk.locator('[data-act=finish]').click();
  await expect(clerk.getByTestId('current-number')).toHaveCount(0);
  await expect(screen.getByTestId('window-number')).toHaveCount(0);

  await clerk.keyboard.press('p');
  await clerk.getByRole('dialog').getByRole('button', { name: '用餐' }).click();
  await expect(state).toHaveAttribute('data-state', 'paused');
  await expect(screen.getByText('暂停服务')).toBeVisible();
});

test('what a button box does, the clerk page shows by itself', async ({ page }) => {
  const { ticket } = await hall.issue('cash');
  await hall.act('1', 'open');
  await page.goto('/counter?counter=1');
  await expect(page.getByTestId('waiting-here')).toContainText('1');
  await hall.press('1', 'next');
  await expect(page.getByTestId('current-number')).toHaveText(ticket.number);
});

test('a customer leaves the queue from the phone', async ({ page }) => {
  const { ticket, track } = await hall.issue('loan');
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto(track);
  await expect(page.getByTestId('number')).toHaveText(ticket.number);
  await page.getByRole('button', { name: '取消排队' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '确定取消' }).click();
  await expect(page.getByTestId('state')).toHaveAttribute('data-state', 'cancelled');

  await hall.act('3', 'open');
  expect((await hall.act('3', 'next')).ticket).toBeNull();
});

test('a transfer where nobody works asks whether to do it anyway', async ({ page }) => {
  const { ticket } = await hall.issue('cash');
  await hall.act('2', 'open');
  await hall.act('2', 'next');
  await page.goto('/counter?counter=2');
  await expect(page.getByTestId('current-number')).toHaveText(ticket.number);
  await page.keyboard.press('t');
  await page.getByRole('dialog').getByRole('button', { name: '贷款业务' }).click();
  await expect(page.getByTestId('problem')).toContainText('没有开放的窗口可以办理这项业务');
  await page.getByRole('button', { name: '仍要这样办' }).click();
  await expect(page.getByTestId('current-number')).toHaveCount(0);
  await expect(page.getByTestId('problem')).toHaveCount(0);
});

test('what a customer needs stands beside the number, and what to do about it', async ({ page }) => {
  const { ticket } = await hall.issue('cash', ['hearing']);
  await hall.act('1', 'open');
  await hall.act('1', 'next');
  await page.goto('/counter?counter=1');
  await expect(page.getByTestId('current-number')).toHaveText(ticket.number);
  await expect(page.getByTestId('needs')).toContainText('请打手势，面对面招呼');
});

test('a held customer is taken up again', async ({ page }) => {
  const { ticket } = await hall.issue('cash');
  await hall.act('1', 'open');
  await hall.act('1', 'next');
  await page.goto('/counter?counter=1');
  await expect(page.getByTestId('current-number')).toHaveText(ticket.number);
  await page.keyboard.press('a');
  await expect(page.locator('[data-state=serving]')).toBeVisible();
  await page.keyboard.press('h');
  await expect(page.getByTestId('current-number')).toHaveCount(0);
  await expect(page.getByTestId('held-for')).toHaveText(/^0:\d\d$/);
  await page.keyboard.press('g');
  await expect(page.getByTestId('current-number')).toHaveText(ticket.number);
});
