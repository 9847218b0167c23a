// The duty manager's page against the real lobby: the hall now and acts in it, hours to come, the day, and yesterday otherwise.
import { expect, test } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { lobbyUrl } from '../addresses.ts';
import { Hall } from '../hall.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
  await hall.act('1', 'open');
  for (const service of ['cash', 'account', 'cash', 'cash', 'account']) await hall.issue(service);
  await hall.act('1', 'next');
});

test('the hall now: who waits against which target, counters with their customers, and since when it is true', async ({ page }) => {
  await page.goto('/manager');
  const cash = page.locator('[data-queue="cash/regular"]');
  await expect(cash).toContainText('现金业务 · 普通');
  await expect(cash.locator('td').first()).toHaveText('2');
  await expect(page.locator('[data-counter="1"]')).toContainText('已叫号');
  await expect(page.getByTestId('as-of')).toContainText('的情况');
  // It follows by itself.
  await hall.issue('cash');
  await expect(cash.locator('td').first()).toHaveText('3');
});

test('an alert is answered with one press', async ({ page, request }) => {
  await hall.answerAll();
  const asked = await request.post(`${lobbyUrl}/api/v1/counters/1/help`, { headers: { Authorization: 'Bearer demo-clerk' }, data: {} });
  expect(asked.ok()).toBe(true);
  await page.goto('/manager');
  const alerts = page.getByTestId('alerts');
  // The hall may raise others meanwhile: a counter that calls nobody while people wait.
  const first = alerts.locator('li').filter({ has: page.getByRole('button', { name: '我来处理' }) }).first();
  const words = (await first.locator('b').textContent())!;
  await first.getByRole('button', { name: '我来处理' }).click();
  await expect(alerts.locator('li', { hasText: words })).toHaveCount(0);
});

for (const [locale, words] of [
  ['zh-CN', { act: '就这么办', done: '已执行' }],
  ['en-GB', { act: 'Do it', done: 'Done' }],
] as const) {
  test(`a proposed act is asked about once, done, and seen at the counter, ${locale}`, async ({ browser }) => {
    for (let n = 0; n < 12; n += 1) await hall.issue('loan');
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    const acts = page.getByTestId('acts');
    // Nobody serves loans: a counter for them is among what is proposed, as soon as the forecast has seen who waits.
    const act = acts.locator('li[data-act="open:3"], li[data-act*="loan"]').first();
    await expect(async () => {
      await page.goto('/manager');
      await expect(act).toBeVisible({ timeout: 4_000 });
    }).toPass();
    await act.getByRole('button', { name: words.act }).click();
    await page.getByRole('dialog').getByRole('button', { name: words.act }).click();
    await expect(acts.getByText(words.done)).toBeVisible();
    const counters = await Promise.all(['1', '2', '3', '4'].map((counter) => hall.counter(counter)));
    const helps = counters.filter(({ counter }) => counter.state === 'open' && counter.services.includes('loan'));
    expect(helps.length, 'an open counter takes loans now').toBeGreaterThan(0);
    await hall.unplan();
    await context.close();
  });
}

test('a counter is given other services for today, and goes back with one press', async ({ page }) => {
  await page.goto('/manager');
  const one = page.locator('[data-counter="1"]');
  await one.getByRole('button', { name: '改办业务' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('贷款业务 · 所有队列').selectOption('0');
  await dialog.getByTestId('why').fill('贷款排队');
  await dialog.getByRole('button', { name: '按此办理' }).click();
  const anyway = dialog.getByRole('button', { name: '仍要这样办' });
  const plan = one.getByTestId('run-plan');
  await expect(anyway.or(plan)).toBeVisible();
  if (await anyway.isVisible()) await anyway.click();
  await expect(plan).toContainText('贷款排队');
  await plan.getByText('长期这样办').click();
  await expect(plan.locator('pre')).toContainText('serves = [');
  expect((await hall.counter('1')).counter.services).toContain('loan');
  await one.getByRole('button', { name: '恢复原配置' }).click();
  await dialog.getByRole('button', { name: '恢复原配置' }).click();
  await expect(plan).toHaveCount(0);
  expect((await hall.counter('1')).counter.services).not.toContain('loan');
});

test('a counter is paused, resumed, and closed with a reason where it is the last', async ({ page }) => {
  await page.goto('/manager');
  const one = page.locator('[data-counter="1"]');
  const dialog = page.getByRole('dialog');
  await one.getByRole('button', { name: '暂停' }).click();
  await dialog.getByRole('radio', { name: '用餐' }).check();
  await dialog.getByRole('button', { name: '暂停' }).click();
  await expect(one).toHaveAttribute('data-state', 'pausing');
  await one.getByRole('button', { name: '恢复服务' }).click();
  await expect(one).toHaveAttribute('data-state', 'open');
  await one.getByRole('button', { name: '关闭窗口' }).click();
  await dialog.getByRole('button', { name: '关闭窗口' }).click();
  await expect(dialog.getByRole('alert')).toContainText('请说明原因');
  await dialog.getByTestId('why').fill('停电');
  await dialog.getByRole('button', { name: '关闭窗口' }).click();
  await expect(one).toHaveAttribute('data-state', 'closed');
});

test('cut off, the page says since when it is old and comes back by itself', async ({ page }) => {
  await page.goto('/manager');
  const asOf = page.getByTestId('as-of');
  await expect(asOf).not.toHaveClass(/stale/);
  await page.context().setOffline(true);
  await expect(asOf).toContainText('连接中断', { timeout: 30_000 });
  await page.context().setOffline(false);
  await expect(asOf).not.toHaveClass(/stale/, { timeout: 30_000 });
});

test('the next two hours are drawn, and a change beside them touches nothing', async ({ page }) => {
  await page.goto('/manager#ahead');
  const charts = page.getByTestId('charts').locator('figure');
  await expect(charts.first()).toContainText('在目标内');
  await expect(page.getByTestId('with-change')).toHaveCount(0);

  await page.getByTestId('kind').selectOption('open');
  await page.getByTestId('counter').selectOption('3');
  await page.getByRole('button', { name: '推演', exact: true }).click();
  await expect(page.getByTestId('change')).toContainText('3');
  await expect(page.getByTestId('with-change').first()).toContainText('→');
  expect((await hall.counter('3')).counter.state).toBe('closed');

  await page.getByRole('button', { name: '回到现状' }).click();
  await expect(page.getByTestId('with-change')).toHaveCount(0);
});

test('a counter is given other services, and the rule is changed, on paper only', async ({ page }) => {
  await page.goto('/manager#ahead');
  await page.getByTestId('kind').selectOption('move');
  const play = page.getByRole('button', { name: '推演', exact: true });
  await expect(play).toBeDisabled();
  await page.getByRole('checkbox', { name: '贷款业务' }).check();
  await play.click();
  await expect(page.getByTestId('change')).toContainText(/\S/);
  await page.getByTestId('kind').selectOption('rule');
  await page.getByTestId('rule').selectOption('fifo');
  await play.click();
  await expect(page.getByTestId('with-change').first()).toBeVisible();
});

test('the figures are a table for whoever does not see charts', async ({ page }) => {
  await page.goto('/manager#ahead');
  await page.getByText('数字表').click();
  const table = page.getByRole('region', { name: '数字表' }).getByRole('table');
  await expect(table.getByRole('rowheader', { name: '普通' })).toBeVisible();
  await expect(table.getByRole('columnheader')).toHaveCount(13);
});

test('the day tells who came and how true the promise was, offers only days that there are, and tables to take away', async ({ page }) => {
  await page.goto('/manager#day');
  const report = page.getByTestId('report');
  await expect(report.getByRole('rowheader', { name: '现金业务 · 普通' })).toBeVisible();
  await expect(report).toContainText(/核对 \d+ 次|还没有可以核对的预计/);
  await expect(report.locator('canvas').first()).toBeVisible();
  const days = await report.getByTestId('day').locator('option').allTextContents();
  expect(days.every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)) && days.length > 0, days.join()).toBe(true);
  await report.getByText('下载表格').click();
  await expect(report.getByRole('link', { name: '等候', exact: true })).toBeHidden();
  await report.getByTestId('why').fill('月度汇总');
  const download = page.waitForEvent('download');
  await report.getByRole('link', { name: '等候', exact: true }).click();
  const file = await (await download).path();
  const text = await readFile(file, 'utf8');
  expect(text.startsWith('\ufeff业务,队列,')).toBe(true);
  expect(text).toContain('现金业务');
});

test('yesterday is played otherwise, and that changes nothing', async ({ page }) => {
  await page.goto('/manager#whatif');
  await page.getByTestId('whatif-kind').selectOption('open');
  await page.getByTestId('whatif-counter').selectOption('3');
  await page.getByRole('button', { name: '加入' }).click();
  await page.getByRole('button', { name: '开始试算' }).click();
  await expect(page.getByTestId('whatif-change')).toContainText('开放3号窗口');
  await expect(page.getByRole('region', { name: '等候' }).getByRole('rowheader', { name: '普通' })).toBeVisible();
  await page.getByRole('button', { name: '去掉 open:3' }).click();
  await page.getByRole('button', { name: '开始试算' }).click();
  await expect(page.getByTestId('whatif-change')).toContainText('未作调整');
});

test('somebody without the right is told so', async ({ page }) => {
  await page.route('**/api/v1/**', (route) =>
    route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ code: 'forbidden', detail: 'no' }) }),
  );
  await page.goto('/manager');
  await expect(page.getByRole('alert')).toContainText('值班经理');
  await expect(page.getByTestId('queues')).toHaveCount(0);
});
