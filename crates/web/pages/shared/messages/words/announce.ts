// Words of the panel from which staff speak to the hall.
import { words } from './words.ts';

export const announce = words({
  announce_title: ['广播', 'Announcements'],
  announce_lead: ['在叫号间隙播放，不会盖过叫号。', 'Said between calls, never over them.'],
  announce_text: ['要说的话（{language}）', 'What to say ({language})'],
  announce_zone: ['区域', 'Where'],
  announce_everywhere: ['全部区域', 'Everywhere'],
  announce_emergency: ['紧急：立即播放，打断其他播报', 'Emergency: at once, over everything else'],
  announce_say: ['播放', 'Say it'],
  announce_saying: ['正在提交…', 'Sending…'],
  announce_queued: ['等待播放', 'Waiting'],
  announce_spoken: ['已播放', 'Said'],
  announce_dropped: ['未播放', 'Left out'],
  announce_failed: ['播放失败', 'Not heard'],
  announce_now: ['正在播放：{text}', 'Being said: {text}'],
  announce_quiet: ['安静时段：只显示文字', 'Quiet hour: shown only'],
  announce_off: ['本网点没有开启语音。', 'The voice of this branch is off.'],
  announce_recent: ['最近的广播', 'Latest announcements'],
  announce_none: ['今天还没有广播', 'Nothing has been said yet'],
  announce_programme: ['播音程序表', 'Programme'],
  announce_next: ['下次 {time}', 'next {time}'],
  announce_no_next: ['近两周没有安排', 'not within a fortnight'],
  announce_entry_now: ['立即播放', 'Say now'],
  announce_unreachable: ['连接中断，不知道是否已提交，请看列表。', 'The connection broke; look at the list whether it was taken.'],
  screen_sound_blocked: ['请点按屏幕开启声音', 'Tap the screen to switch the sound on'],
  screen_sound_failed: ['本屏无法播放声音，请联系工程师', 'This screen cannot play sound. Please call an engineer'],
});
