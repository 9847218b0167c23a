// Staff speak to the hall from the manager's page. This hall has no loudspeaker: what is said is shown, and its outcome told.
import { expect, test } from '@playwright/test';
import { branchOf, startLobby } from '../branches.ts';

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

test('an emergency fills the screens at once, whoever may hear it', async ({ browser }) => {
  const screens = '[[screens]]\nid = "hall"\nsound = true\n';
  const lobby = await startLobby(branchOf(3, screens).replace('output = "off"', 'output = "screens"'));
  const staff = await browser.newContext({ baseURL: lobby.url, viewport: { width: 1920, height: 1080 } });
  try {
    const [screen, manager] = [await staff.newPage(), await staff.newPage()];
    await screen.goto('/screen');
    await expect(screen.getByTestId('picture')).toBeVisible();
    await manager.goto('/manager');
    const panel = manager.getByTestId('announce');
    await panel.getByTestId('announce-zh-CN').fill('请从东门离开');
    await panel.getByTestId('announce-en').fill('Leave by the east door');
    await panel.getByTestId('announce-emergency').check();
    await panel.getByTestId('announce-say').click();
    await expect(screen.getByTestId('alert').locator('p')).toHaveText(['请从东门离开', 'Leave by the east door']);
  } finally {
    await staff.close();
    await lobby.stop();
  }
});
