// Words of the page that says what is where.
import { words } from './words.ts';

export const places = words({
  index_title: ['叫号系统', 'Now Serving'],
  index_lead: [
    '一个网点的取号、叫号和显示。请打开您所在位置的页面。',
    'Tickets, calls and displays of one branch. Open the page for the place where you stand.',
  ],
  index_kiosk: ['取号机', 'Kiosk'],
  index_kiosk_for: ['顾客选业务、取号', 'Customers choose a service and take a number'],
  index_counter: ['窗口', 'Counter'],
  index_counter_for: ['营业员叫号、办理、挂起、转移、暂停', 'Clerks call, serve, hold, transfer, pause'],
  index_screen: ['综合屏', 'Lobby screen'],
  index_screen_for: ['大厅屏幕：当前叫号、各窗口、等候人数', 'Current call, all counters, who waits'],
  index_window: ['窗口屏', 'Window screen'],
  index_window_for: ['单个窗口上方的屏幕', 'The screen above one counter'],
  index_manager: ['值班经理', 'Duty manager'],
  index_manager_for: [
    '接下来两小时会怎样，换一种安排会怎样，当天的报告',
    'The next two hours, what a change would do, and the report of a day',
  ],
  index_wiring: ['接线', 'Wiring'],
  index_wiring_for: ['逐个窗口按键，核对每一台终端，打印接线表', 'Press every key of every counter once, and print the wiring list'],
  index_staff: ['员工和设备', 'Staff and devices'],
  index_staff_for: ['谁可以登录，登记新设备，谁做过什么', 'Who may sign in, new devices, and who did what'],
  index_phone: ['手机页面', 'Phone page'],
  index_phone_for: ['扫描号票上的二维码打开，地址为 /t/…', 'Opened by the code on the ticket, at /t/…'],
  index_engineer: ['工程师', 'Engineer'],
  index_health: ['存活', 'Alive'],
  index_ready: ['就绪', 'Ready'],
  index_metrics: ['指标', 'Metrics'],
  index_openapi: ['接口说明', 'API description'],
});
