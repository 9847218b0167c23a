// Words of the lobby screens and window views.
import { words } from './words.ts';

export const screen = words({
  screen_title: ['叫号信息', 'Now serving'],
  screen_please_go: ['请到', 'Please go to counter'],
  screen_counter_word: ['号窗口', 'counter'],
  screen_latest: ['最近叫号', 'Latest calls'],
  screen_counters: ['窗口', 'Counters'],
  screen_waiting: ['等候人数', 'Waiting'],
  screen_none: ['尚未叫号', 'No calls yet'],
  screen_stale: ['画面自 {time} 起未更新，请听广播或询问工作人员', 'Not updated since {time}. Please listen, or ask our staff'],
  screen_never: ['尚未收到画面，正在连接…', 'No picture yet, connecting…'],
  screen_refused: ['本屏尚未登记，请联系工程师', 'This screen is not enrolled. Please call an engineer'],
  screen_day_closed: ['营业尚未开始或已结束', 'We are closed at the moment'],
  screen_unknown_counter: ['没有 {counter} 号窗口', 'There is no counter {counter}'],
  screen_welcome: ['欢迎光临', 'Welcome'],
});
