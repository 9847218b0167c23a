// Words of the customer's phone.
import { words } from './words.ts';

export const phone = words({
  track_number: ['我的号码', 'My number'],
  track_ahead: ['前面还有', 'People ahead of you:'],
  track_people: ['人', ''],
  track_next: ['下一位就是您，请准备', 'You are next, please get ready'],
  track_come: ['现在轮到您了，请马上回来', 'It is your turn. Please come back now'],
  track_soon: ['快到您了，请回到大厅等候', 'It is nearly your turn. Please come back to the hall'],
  track_go: ['请到 {counter} 号窗口', 'Go to counter {counter}'],
  track_serving: ['正在 {counter} 号窗口办理', 'Being served at counter {counter}'],
  track_held: ['请稍候，窗口会再请您', 'One moment. The counter will call you back'],
  track_done: ['已办结，感谢光临', 'Finished. Thank you for coming'],
  track_no_show: ['您的号码已过号。请向大堂工作人员说明。', 'Your number was called and missed. Please speak to our staff in the lobby.'],
  track_cancelled: ['已取消。需要时请重新取号。', 'Cancelled. Take a new number when you need one.'],
  track_expired: ['号码已失效。需要时请重新取号。', 'This number has expired. Take a new one when you need it.'],
  track_service: ['业务', 'Service'],
  track_promised: ['取号时预计', 'Expected at first'],
  track_late: ['比预计稍晚，请谅解。我们正在尽快为您办理。', 'We are running a little late, sorry. We are working to get to you soon.'],
  track_later: ['让后面 {pass} 位先办', 'Let {pass} people pass'],
  track_later_ask: [
    '还没准备好？让后面 {pass} 位先办，您的号码保留。只能让一次。',
    'Not ready yet? Let the next {pass} people go first. You keep your number. You can do this once.',
  ],
  track_later_yes: ['让 {pass} 位先办', 'Let {pass} people pass'],
  track_later_done: ['已让 {pass} 位先办，您的号码保留。', '{pass} people go before you now. You keep your number.'],
  track_rate: ['请您评价本次服务', 'How was the service?'],
  track_rated: ['您的评价：{level}。谢谢！', 'You said: {level}. Thank you.'],
  track_rate_unknown: [
    '网络中断，不知道评价是否收到，请再试一次。',
    'Connection lost: we cannot tell whether it was said. Please try again.',
  ],

  rate_1: ['很不满意', 'Very bad'],
  rate_2: ['不满意', 'Bad'],
  rate_3: ['一般', 'Fair'],
  rate_4: ['满意', 'Good'],
  rate_5: ['非常满意', 'Very good'],

  track_later_unknown: [
    '网络中断，不知道是否已让位，请看下面的状态。',
    'Connection lost: we cannot tell whether people were let pass. See the state below.',
  ],
  track_print: ['号票', 'Paper ticket'],
  track_updated: ['更新于 {time}', 'Updated {time}'],
  track_stale: [
    '网络中断。以下是 {time} 的情况，请留意大屏和广播。',
    'Connection lost. This is how it was at {time}. Please watch the screen and listen.',
  ],
  track_never: ['连接不上，正在重试…', 'Cannot connect, trying again…'],
  track_unknown: ['没有这个号码，或链接已失效。', 'There is no such number, or the link has expired.'],
  track_cancel: ['取消排队', 'Leave the queue'],
  track_cancel_ask: ['确定取消 {number} 吗？取消后需要重新取号。', 'Cancel {number}? You would have to take a new number.'],
  track_cancel_yes: ['确定取消', 'Yes, cancel it'],
  track_cancel_no: ['继续等候', 'Keep waiting'],
  track_cancel_unknown: [
    '网络中断，不知道是否已取消，请看下面的状态。',
    'Connection lost: we cannot tell whether it was cancelled. See the state below.',
  ],

  print_queued: ['正在打印', 'printing'],
  print_printed: ['已打印', 'printed'],
  print_failed: ['未能打印，请记住号码', 'not printed, please remember the number'],
  print_uncertain: ['可能未打印完整，请记住号码', 'may be incomplete, please remember the number'],
  print_none: ['不打印', 'none'],
});
