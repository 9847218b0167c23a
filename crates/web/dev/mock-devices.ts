// Devices of the pretend lobby: one of each kind, some of them in trouble.
import type { Device, DeviceList } from '../pages/devices/devices.ts';

const BEGAN = new Date().toISOString();

export function devices(): DeviceList {
  return {
    at: new Date().toISOString(),
    devices: [
      device('desk-1', 'desk', 'ok', { traffic: { requests: 812, replies: 810 }, errors: { timeouts: 2, garbled: 0 } }),
      device('desk-2', 'desk', 'offline', {
        via: 'line-desks',
        texts: texts('无应答', '没有应答', '请检查终端插头，可先用窗口网页叫号。', 'No answer', 'it does not answer', 'Check the plug of the desk unit; clerks can use the counter page.'),
        errors: { timeouts: 41, garbled: 3 },
      }),
      device('kiosk-1', 'printer', 'paper_low', {
        texts: texts('纸将用尽', '纸卷即将用尽', '请备好新纸卷。', 'Paper low', 'the roll is nearly used up', 'Have a new roll ready.'),
      }),
      device('line-desks', 'line', 'ok', {}),
      device('voice-main', 'voice', 'starting', { last_contact: null }),
    ],
  };
}

function texts(zh: string, zhCause: string, zhRemedy: string, en: string, cause: string, remedy: string): Device['texts'] {
  return { 'zh-CN': { state: zh, cause: zhCause, remedy: zhRemedy }, en: { state: en, cause, remedy } };
}

function device(id: string, kind: string, state: string, rest: Partial<Device>): Device {
  const well = { 'zh-CN': { state: '正常', cause: null, remedy: null }, en: { state: 'Working', cause: null, remedy: null } };
  const words = rest.texts?.en;
  return {
    id,
    kind,
    state,
    since: BEGAN,
    cause: words?.cause ?? null,
    remedy: words?.remedy ?? null,
    texts: well,
    via: null,
    last_contact: new Date().toISOString(),
    traffic: {},
    errors: {},
    ...rest,
  };
}
