// Staff speak to the hall from the manager's page. This hall has no loudspeaker: what is said is shown, and its outcome told.
import { expect, test } from '@playwright/test';

test('a notice is asked for, shown, and its outcome told', async ({ page }) => {
  await page.goto('/manager');
  const panel = page.getByTestId('announce');
  await expect(panel.getByTestId('announce-say')).toBeDisabled();
  await panel.getByTestId('announce-zh-CN').fill('东门<b>暂时</b>关闭');
  await panel.getByTestId('announce-en').fill('The east door is closed');
  await panel.getByTestId('announce-say').click();
  const first = panel.getByTestId('announcements').locator('li').first();
  await expect(first).toContainText('东门 暂时 关闭');
  await expect(first).toHaveAttribute('data-state', /spoken|failed/);
  await expect(panel.getByTestId('announce-zh-CN')).toHaveValue('');
});

test('a word that customers should not hear is refused, and nothing is lost', async ({ page }) => {
  await page.goto('/manager');
  const panel = page.getByTestId('announce');
  await panel.getByTestId('announce-zh-CN').fill('急什么，等着');
  await panel.getByTestId('announce-say').click();
  await expect(panel.getByTestId('announce-trouble')).toContainText('文明用语');
  await expect(panel.getByTestId('announce-zh-CN')).toHaveValue('急什么，等着');
});
