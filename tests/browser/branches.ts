// A lobby of its own for branches that the demo is not: many services, groups, other languages.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface OwnLobby {
  url: string;
  stop: () => Promise<void>;
}

/** Starts a lobby with that configuration on a free port, without any hardware. */
export async function startLobby(toml: string): Promise<OwnLobby> {
  const folder = await mkdtemp(join(tmpdir(), 'ns-branch-'));
  const config = join(folder, 'branch.toml');
  await writeFile(config, toml);
  const program = join(process.env['CARGO_TARGET_DIR'] ?? join(ROOT, 'target'), 'debug/lobby');
  const data = join(folder, 'data');
  const lobby = spawn(program, ['run', '--config', config, '--data', data, '--wires', folder, '--listen', '127.0.0.1:0'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  // It says where it listens when it does: the file is there before the line.
  const open = new Promise<void>((ready, failed) => {
    lobby.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('open for business')) ready();
    });
    lobby.once('exit', () => failed(new Error(`the lobby ended:\n${said}`)));
  });
  await open;
  const address = (await readFile(join(data, 'address'), 'utf8')).trim();
  return { url: `http://${address}`, stop: () => stop(lobby, folder) };
}

async function stop(lobby: ChildProcess, folder: string): Promise<void> {
  if (lobby.exitCode === null) {
    lobby.kill('SIGTERM');
    await once(lobby, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}

/** Names as halls have them, one of them longer than any glass likes. */
const NAMES: [zh: string, en: string][] = [
  ['现金业务', 'Cash'],
  ['开户与账户', 'Accounts'],
  ['不动产登记与转移（含抵押、查封、异议登记）', 'Property registration and transfer, mortgages included'],
  ['社保医保', 'Social insurance'],
  ['出入境', 'Passports and visas'],
  ['税务', 'Tax'],
  ['企业登记', 'Business registration'],
  ['公积金', 'Housing fund'],
];
const PAPERS = 'papers = [{ zh-CN = "身份证原件", yue = "身份證正本", en = "Identity card (original)" }, { zh-CN = "收入证明", yue = "入息證明", en = "Proof of income" }]';

/** A branch with so many services, in Mandarin, Cantonese and English; every eight of them in a group, where there are more. */
export function branchOf(count: number, more = ''): string {
  const services = Array.from({ length: count }, (_, n) => {
    const [zh, en] = NAMES[n % NAMES.length]!;
    const group = count > 8 ? `group = "g${Math.floor(n / 8)}"\n` : '';
    const known = n === 1 ? 'identity = "required"\n' : '';
    const papers = n % 2 ? `${PAPERS}\n` : '';
    const name = `{ zh-CN = "${zh}", yue = "${zh}", en = "${en}" }`;
    return `[[services]]\nid = "s${n}"\nseries = "${String.fromCharCode(65 + n)}"\nname = ${name}\nmean_min = 5\n${group}${known}${papers}`;
  });
  const groups = Array.from({ length: count > 8 ? Math.ceil(count / 8) : 0 }, (_, n) =>
    `[[groups]]\nid = "g${n}"\nname = { zh-CN = "第 ${n + 1} 类", yue = "第 ${n + 1} 類", en = "Kind ${n + 1}" }\n`,
  );
  return `demo = true
lanes = [
    { id = "regular", target_min = 15, name = { zh-CN = "普通", yue = "普通", en = "Regular" }, self_service = true },
    { id = "priority", target_min = 6, name = { zh-CN = "优先（爱心）", yue = "優先（愛心）", en = "Priority" }, self_service = true },
    { id = "vip", target_min = 3, name = { zh-CN = "贵宾", yue = "貴賓", en = "VIP" } },
]

[branch]
id = "many"
name = { zh-CN = "区政务服务中心", yue = "區政務服務中心", en = "District Service Centre" }
time_zone = "Asia/Shanghai"
languages = ["zh-CN", "yue", "en"]
listen = "127.0.0.1:8700"

${groups.join('\n')}
${services.join('\n')}
[[counters]]
id = "1"
serves = ["*"]

[[kiosks]]
id = "k1"

${more}
[voice]
output = "off"
`;
}
