// Words of the wiring page.
import { words } from './words.ts';

export const wiring = words({
  wiring_title: ['接线', 'Wiring'],
  wiring_lead: [
    '开始后，把每个窗口的每个按键各按一次。按下的键只打钩，不叫号。',
    'Start, then press every key of every counter once. What is pressed is ticked and calls nobody.',
  ],
  wiring_unreachable: ['暂时连接不上，正在重试…', 'No connection, trying again…'],
  wiring_none: ['配置中没有窗口终端线路。', 'The configuration has no line of desk units.'],
  wiring_port: ['端口 {port}，{speed}，{profile}', 'Port {port}, {speed}, {profile}'],
  wiring_start: ['开始核对', 'Start the walk'],
  wiring_stop: ['结束核对', 'End the walk'],
  wiring_print: ['打印接线表', 'Print the wiring list'],
  wiring_on: [
    '正在核对：已按 {ticked}/{keys} 个键，{by}，{time} 开始',
    'Walking: {ticked} of {keys} keys pressed, {by}, since {time}',
  ],
  wiring_all_done: ['全部按键已核对', 'Every key came through'],
  wiring_counter: ['窗口', 'Counter'],
  wiring_unit: ['地址', 'Unit'],
  wiring_keys: ['按键', 'Keys'],
  wiring_state: ['核对', 'Walked'],
  wiring_left: ['还差 {left} 个', '{left} left'],
  wiring_complete: ['齐全', 'Complete'],
  wiring_walked: ['{date}，{by}', '{date}, {by}'],
  wiring_never: ['未核对', 'Not walked yet'],
  wiring_others: ['配置外的键：{keys}', 'Keys beyond the profile: {keys}'],
  wiring_pressed: ['已按', 'pressed'],
  wiring_printed: ['{date} 打印', 'Printed {date}'],
  wiring_unknown: ['没有得到答复，请看下面的状态。', 'There was no answer; the state below tells.'],

  key_help: ['呼叫', 'Help'],
  key_dispute: ['争议', 'Dispute'],
  key_ok: ['确认', 'OK'],
  key_clear: ['清除', 'Clear'],
  key_call_back: ['调回', 'Call back'],
  key_rate: ['评价{n}', 'Rate {n}'],
});
