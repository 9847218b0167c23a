// The page of firmware-sim: reads /devices twice a second, presses keys and pulls levers.
'use strict';

const KEYS = [
  ['next', '下一位', 'Next'], ['recall', '重呼', 'Recall'], ['arrived', '到达', 'Arrived'], ['no-show', '过号', 'No-show'],
  ['finish', '办结', 'Finish'], ['hold', '挂起', 'Hold'], ['pause', '暂停/恢复', 'Pause'], ['transfer', '转移', 'Transfer'],
  ['help', '求助', 'Help'], ['dispute', '异议', 'Dispute'],
];
const PAD = ['1', '2', '3', '4', '5', 'clear', '6', '7', '8', '9', '0', 'ok'];
const RATES = [['rate-1', '很差'], ['rate-2', '差'], ['rate-3', '一般'], ['rate-4', '好'], ['rate-5', '很好']];
const SHORTCUTS = { n: 'next', r: 'recall', a: 'arrived', s: 'no-show', f: 'finish', h: 'hold', p: 'pause' };
// Levers: zh, en, what it means, the body that pulls it, the body that lets it go, and whether it is pulled now.
const DESK_LEVERS = [
  ['不应答', 'mute', '听得见、照做，但不回话 Hears and obeys, never answers', { mute: true }, { mute: false }, (d) => d.faults.mute],
  ['数据线断开', 'unplug', '只断数据线，按键仍记在终端里 Only the data wire is parted; presses stay in the unit', { unplug: true }, { unplug: false }, (d) => d.faults.unplug],
  ['线路干扰', 'garble', '五帧坏一帧 One frame in five has a wrong byte', { garble: 0.2 }, { garble: 0 }, (d) => d.faults.garble > 0],
  ['回话迟 0.4 秒', 'late', '回话晚到 Its answers come 0.4 s late', { late_ms: 400 }, { late_ms: 0 }, (d) => d.faults.late_ms > 0],
  ['「下一位」卡键', 'stuck key', '按键一直按着 The next key stays down', { stuck: 'next' }, { stuck: null }, (d) => d.stuck != null],
  ['断电重启', 'reboot', '断电再通电，记着的按键都没了 Power off and on: presses that nobody read are gone', { reboot: true }, { reboot: true }, () => false],
];
// A display has no keys.
const DISPLAY_LEVERS = DESK_LEVERS.filter(([, en]) => en !== 'stuck key');
const LINE_LEVERS = [
  ['拔线', 'unplug', '整条线从主机拔下 The whole line is out at the lobby', { unplug: true }, { unplug: false }, (l) => l.state === 'unplugged'],
  ['噪声', 'noise', '像波特率设错 As if the speed were set wrong', { noise: true }, { noise: false }, (l) => l.state === 'noise'],
];
const PRINTER_LEVERS = [
  ['纸将尽', 'paper low', '还能打 Prints on', { paper: 'low' }, { paper: 'ok' }, (p) => p.faults.paper === 'low'],
  ['缺纸', 'paper out', '等人装纸 Until somebody puts in paper', { paper: 'out' }, { paper: 'ok' }, (p) => p.faults.paper === 'out'],
  ['开盖', 'cover open', '等人合盖 Until somebody shuts it', { cover: 'open' }, { cover: 'closed' }, (p) => p.faults.cover === 'open'],
  ['切刀卡住', 'cutter jam', '票切不下来 The ticket is not cut off', { cutter: 'jam' }, { cutter: 'ok' }, (p) => p.faults.cutter === 'jam'],
  ['死机', 'stalled', '不收数据，也不说话 Takes no byte and says nothing', { stalled: true }, { stalled: false }, (p) => p.faults.stalled],
  ['不回状态', 'silent', '照打，不说话 Prints, and says nothing', { silent: true }, { silent: false }, (p) => p.faults.silent],
  ['无出票证明', 'no proof', '打完不确认 Never proves that paper is out', { no_proof: true }, { no_proof: false }, (p) => p.faults.no_proof],
  ['拔线', 'unplug', '数据线拔下 Its cable is out', { unplug: true }, { unplug: false }, (p) => p.faults.unplug],
];
// Faults of a script, by the names of GET /faults.
const SCRIPTED = {
  garble: '线路干扰 garble', unplug: '断线 unplug', mute: '不应答 mute', late: '回话迟 late', stuck: '卡键 stuck key', reboot: '断电重启 reboot',
  noise: '噪声 noise', paper_low: '纸将尽 paper low', paper_out: '缺纸 paper out', cover: '开盖 cover open', cutter: '切刀卡住 cutter jam',
  stalled: '死机 stalled', silent: '不回状态 silent', no_proof: '无出票证明 no proof',
};
const MENDERS = { greeter: '等咨询员处理 until the greeter comes', clerk: '等营业员发现 until the clerk notices' };
const PROFILES = { 'desk-modbus': '窗口终端 desk unit', 'callbox-ff68': '呼叫盒 call box' };
const STATES = {
  ok: '正常 ok', noise: '噪声 noise', paper_low: '纸将尽 paper low', paper_out: '缺纸 paper out', cover_open: '盖开 cover open', cutter: '切刀 cutter',
  stalled: '死机 stalled', silent: '不应答 silent', unplugged: '已拔线 unplugged',
};

const byId = (id) => document.getElementById(id);
const shown = new Map(); // what stands on the page, by its key

async function send(path, body) {
  try {
    const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) say((await answer.json()).detail);
  } catch {
    lost();
  }
  refresh();
}

function say(text) {
  byId('link').textContent = text;
}

function lost() {
  document.body.classList.add('lost');
  say('模拟器没有应答，下面是最后的状态 · firmware-sim does not answer; below is the last that was seen');
}

function button(zh, en, press) {
  const made = document.createElement('button');
  made.type = 'button';
  made.append(zh);
  if (en) {
    const small = document.createElement('span');
    small.lang = 'en';
    small.textContent = en;
    made.append(' ', small);
  }
  made.addEventListener('click', press);
  return made;
}

function keyButton(unit, key, zh, en) {
  const made = button(zh, en, async () => {
    made.classList.add('done');
    setTimeout(() => made.classList.remove('done'), 250);
    await send(`desks/${unit}/press`, { key });
  });
  made.dataset.key = key;
  return made;
}

function levers(place, path, list) {
  return list.map(([zh, en, means, pull, release, pulled]) => {
    const made = button(zh, en, () => send(path, made.getAttribute('aria-pressed') === 'true' ? release : pull));
    made.title = means;
    place.append(made);
    return (device) => made.setAttribute('aria-pressed', String(pulled(device)));
  });
}

// What is wrong with a device, in words; noise with its share of frames.
function broken(list, now) {
  const down = list.filter((lever) => lever[5](now));
  return down.map(([zh, en]) => (en === 'garble' ? `${zh} ${Math.round(now.faults.garble * 100)}% ${en}` : `${zh} ${en}`)).join(' · ');
}

function makeDesk(desk) {
  const card = byId('desk').content.firstElementChild.cloneNode(true);
  const at = (selector) => card.querySelector(selector);
  card.dataset.unit = desk.unit;
  card.setAttribute('aria-label', `窗口终端 ${desk.unit} desk unit ${desk.unit}`);
  at('.name').textContent = `${desk.unit} 号 · Unit ${desk.unit}`;
  at('.kind').textContent = PROFILES[desk.profile] || desk.profile;
  at('.keys').append(...KEYS.map(([key, zh, en]) => keyButton(desk.unit, key, zh, en)));
  at('.pad').append(...PAD.map((key) => keyButton(desk.unit, key, key, '')));
  at('.rates').append(...RATES.map(([key, zh]) => keyButton(desk.unit, key, zh, '')));
  for (const made of card.querySelectorAll('[data-key]')) made.disabled = desk.lacks.includes(made.dataset.key);
  const pulled = levers(at('.levers'), `desks/${desk.unit}/fault`, DESK_LEVERS);
  byId('desks').append(card);
  return (now) => {
    const digits = at('.digits');
    digits.textContent = now.text || ' ';
    digits.classList.toggle('flash', now.flash);
    digits.classList.toggle('dark', now.display === 'dark');
    digits.classList.toggle('long', now.text.length > 8);
    at('.waiting b').textContent = now.waiting;
    at('.owner').textContent = now.human ? '由您操作 · yours' : '';
    for (const lamp of card.querySelectorAll('[data-lamp]')) lamp.classList.toggle('on', now.lamps[lamp.dataset.lamp]);
    for (const show of pulled) show(now);
    at('.pill').textContent = broken(DESK_LEVERS, now);
    const f = now.frames;
    at('.facts').textContent = `${now.profile} · boot ${now.boot} · seq ${now.sequence} · 收 heard ${f.heard} · 答 answered ${f.answered} · 坏 garbled ${f.garbled}`;
  };
}

function makeDisplay(display) {
  const card = byId('display').content.firstElementChild.cloneNode(true);
  const at = (selector) => card.querySelector(selector);
  card.setAttribute('aria-label', `显示屏 ${display.id} display ${display.id}`);
  at('.name').textContent = display.id;
  const pulled = levers(at('.levers'), `displays/${display.id}/fault`, DISPLAY_LEVERS);
  byId('displays-section').hidden = false;
  byId('displays').append(card);
  return (now) => {
    const digits = at('.digits');
    digits.textContent = now.text || ' ';
    digits.classList.toggle('flash', now.flash);
    digits.classList.toggle('long', now.text.length > 8);
    for (const show of pulled) show(now);
    at('.pill').textContent = broken(DISPLAY_LEVERS, now);
    const f = now.frames;
    const where = now.line ? `${now.line}/${now.unit}` : `unit ${now.unit}`;
    at('.facts').textContent = `${now.profile} · ${where} · 收 heard ${f.heard} · 答 answered ${f.answered} · 坏 garbled ${f.garbled}`;
  };
}

function makeLine(line) {
  const card = byId('line').content.firstElementChild.cloneNode(true);
  const at = (selector) => card.querySelector(selector);
  at('.name').textContent = line.id;
  const pulled = levers(at('.levers'), `lines/${line.id}/fault`, LINE_LEVERS);
  byId('lines').append(card);
  return (now) => {
    at('.pill').textContent = STATES[now.state] || now.state;
    at('.pill').classList.toggle('bad', now.state !== 'ok');
    at('.facts').textContent = `${now.profile} · ${now.port} · ${now.baud} baud`;
    for (const show of pulled) show(now);
  };
}

function makePrinter(printer) {
  const card = byId('printer').content.firstElementChild.cloneNode(true);
  const at = (selector) => card.querySelector(selector);
  at('.name').textContent = printer.id;
  const pulled = levers(at('.levers'), `printers/${printer.id}/fault`, PRINTER_LEVERS);
  byId('printers').append(card);
  let newest = null;
  return (now) => {
    at('.pill').textContent = STATES[now.state] || now.state;
    at('.pill').classList.toggle('bad', now.state !== 'ok');
    at('.facts').textContent = `出票 tickets ${now.tickets}`;
    for (const show of pulled) show(now);
    if (newest !== now.tickets) fill(at('.tray'), now, newest !== null);
    newest = now.tickets;
  };
}

// Puts new tickets before the old ones; `comes` says whether they are seen to come out.
function fill(tray, printer, comes) {
  if (printer.newest.length === 0) {
    tray.replaceChildren(piece('p', '还没有号票。在取号页上取一张。 No ticket yet: take one at the kiosk page.'));
    return;
  }
  tray.querySelector('p')?.remove();
  const there = new Set([...tray.children].map((link) => link.dataset.n));
  for (const ticket of [...printer.newest].reverse()) {
    if (there.has(String(ticket.n))) continue;
    const link = paper(printer, ticket);
    if (comes) link.querySelector('img').addEventListener('load', () => link.classList.add('comes'));
    tray.prepend(link);
  }
  while (tray.children.length > printer.newest.length) tray.lastElementChild.remove();
}

function paper(printer, ticket) {
  const link = document.createElement('a');
  link.href = `printers/${printer.id}/tickets/${ticket.n}.png`;
  link.target = '_blank';
  link.dataset.n = ticket.n;
  const picture = document.createElement('img');
  picture.src = link.href;
  picture.alt = ticket.lines.join(', ');
  picture.addEventListener('error', () => {
    const text = document.createElement('pre');
    text.textContent = ticket.lines.join('\n');
    picture.replaceWith(text);
  });
  const foot = document.createElement('span');
  const time = new Date(ticket.at).toLocaleTimeString('zh-CN', { hour12: false });
  foot.append(piece('i', `#${ticket.n}`), piece('b', ticket.copy ? '补打 COPY' : ''), piece('i', time));
  link.append(picture, foot);
  return link;
}

// The script of faults: what is broken now, and what comes next.
function showScript(script) {
  byId('script-section').hidden = !script;
  if (!script) return;
  const clock = (s) => `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, '0')}:${String(Math.floor(s) % 60).padStart(2, '0')}`;
  byId('script-facts').textContent = `种子 seed ${script.seed} · ${script.speed} 倍速 times as fast · 大厅时间 time of the hall ${clock(Math.min(script.now_s, script.span_s))} / ${clock(script.span_s)}`;
  byId('script-bar').value = script.now_s / script.span_s;
  const line = (fault) => {
    const item = document.createElement('li');
    item.className = fault.state;
    const when = fault.state === 'to_come' ? fault.at_s - script.now_s : fault.until_s - script.now_s;
    const what = MENDERS[fault.mended_by] || '还有 left';
    const told = fault.state === 'to_come' ? `${clock(when)} 后 from now` : `${what} ${clock(when)}`;
    item.append(piece('b', fault.device), ` ${SCRIPTED[fault.fault] || fault.fault} `, piece('i', told));
    return item;
  };
  const now = script.faults.filter((fault) => fault.state === 'in_force' && fault.fault !== 'garble');
  const next = script.faults.filter((fault) => fault.state === 'to_come').slice(0, 4);
  byId('script-list').replaceChildren(...now.map(line), ...next.map(line));
}

function piece(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function show(key, device, make) {
  if (!shown.has(key)) shown.set(key, make(device));
  shown.get(key)(device);
}

async function refresh() {
  try {
    const answer = await fetch('devices', { signal: AbortSignal.timeout(3000) });
    const all = await answer.json();
    showScript(await (await fetch('faults', { signal: AbortSignal.timeout(3000) })).json());
    for (const desk of all.desks) show(`desk-${desk.unit}`, desk, makeDesk);
    for (const printer of all.printers) show(`printer-${printer.id}`, printer, makePrinter);
    for (const display of all.displays) show(`display-${display.id}`, display, makeDisplay);
    for (const line of all.lines) show(`line-${line.id}`, line, makeLine);
    if (document.body.classList.contains('lost')) say('');
    document.body.classList.remove('lost');
  } catch {
    lost();
  }
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const card = document.activeElement.closest('.desk');
  const digit = document.querySelector(`.desk[data-unit="${/^[0-9]$/.test(event.key) ? event.key : 'none'}"]`);
  const key = card && SHORTCUTS[event.key.toLowerCase()];
  if (digit) digit.querySelector('[data-key=next]').focus();
  else if (key) card.querySelector(`[data-key="${key}"]`).click();
});

// One look after the other, however slow the network is; none while nobody sees the page.
async function live() {
  if (!document.hidden) await refresh();
  setTimeout(live, 500);
}
live();
