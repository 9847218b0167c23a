// The duty manager's page against the real lobby: hours to come, a change that is only played through, and the day.
import { expect, test } from '@playwright/test';
import { Hall } from '../hall.ts';

let hall: Hall;

test.beforeEach(async ({ request }) => {
  hall = new Hall(request);
  await hall.empty();
  await hall.act('1', 'open');
  for (const service of ['cash', 'account', 'cash', 'cash', 'account']) await hall.issue(service);
  await hall.act('1', 'next');
});

test('the next two hours are drawn, and a change beside them touches nothing', async ({ page }) => {
  await page.goto('/manager');
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
  await page.goto('/manager');
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
  await page.goto('/manager');
  await page.getByText('数字表').click();
  const table = page.getByRole('region', { name: '数字表' }).getByRole('table');
  await expect(table.getByRole('rowheader', { name: '普通' })).toBeVisible();
  await expect(table.getByRole('columnheader')).toHaveCount(13);
});

test('the day tells who came and how true the promise was, and a day without business says so', async ({ page }) => {
  await page.goto('/manager');
  const report = page.getByTestId('report');
  await expect(report.getByRole('rowheader', { name: '现金业务 · 普通' })).toBeVisible();
  await expect(report).toContainText(/核对 \d+ 次|还没有可以核对的预计/);
  await report.getByLabel('日期').fill('2020-01-01');
  await expect(report.getByText('这一天没有营业记录。')).toBeVisible();
  await expect(report.getByRole('table')).toHaveCount(0);
});

test('somebody without the right is told so', async ({ page }) => {
  await page.route('**/api/v1/**', (route) =>
    route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ code: 'forbidden', detail: 'no' }) }),
  );
  await page.goto('/manager');
  await expect(page.getByRole('alert')).toContainText('值班经理');
  await expect(page.getByTestId('charts')).toHaveCount(0);
});
