// A pretend lobby for `npm run dev` and `npm run preview` (the built pages under their policy), in memory and forgetful: enough to look at the pages, never shipped.
//
// Levers, for looking at trouble: POST /mock/{offline|online|paper_out|paper_change|paper_ok|elsewhere|uncertain|
// silent|busy|closed|late|past_closing}.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';
import { accounts } from './mock-accounts.ts';
import { MockBranch } from './mock-branch.ts';
import { devices } from './mock-devices.ts';
import { acts, forecast, hall, report, whatif } from './mock-manager.ts';
import { MockWiring } from './mock-wiring.ts';

type Reply = { status: number; body: unknown };

export function mockLobby(): Plugin {
  const mount = (server: { middlewares: Connect.Server }, policy?: string) => {
    const lobby = new MockLobby();
    server.middlewares.use((request, response, next) => {
      if (policy) response.setHeader('content-security-policy', policy);
      lobby.answer(request, response).then((taken) => taken || next(), next);
    });
  };
  return {
    name: 'now-serving:mock-lobby',
    configureServer: (server) => mount(server), // no policy: Vite's own client is inline
    configurePreviewServer: (server) => mount(server, "default-src 'self'"),
  };
}

class MockLobby {
  #branch = new MockBranch();
  #wiring = new MockWiring();
  #screens = new Set<ServerResponse>();
  #answers = new Map<string, Reply>();
  #offline = false;
  #silent = false;

  constructor() {
    setInterval(() => this.#send('ping', { at: new Date().toISOString() }), 10_000).unref();
  }

  /** True when the request was for the lobby; false leaves it to Vite. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mock');
    if (pathname.startsWith('/mock/')) return this.#lever(pathname.slice(6), response);
    if (!pathname.startsWith('/api/')) {
      const page = /^\/(kiosk|counter|screen|manager|devices|wiring|signin|enroll|staff)$/.exec(pathname)?.[1];
      if (page) request.url = request.url?.replace(pathname, `/${page}.html`);
      else if (/^\/t\/[^/]+$/.test(pathname)) request.url = '/track.html';
      else if (/^\/t\/(assets|track|shared)\//.test(pathname)) request.url = pathname.slice(2); // loaded by the phone page
      return false;
    }
    if (this.#offline) {
      request.socket.destroy();
      return true;
    }
    if (pathname === '/api/v1/board/events') return this.#stream(response);
    if (pathname === '/api/v1/devices/events') return stream(response, 'devices', devices());
    if (pathname === '/api/v1/screens') {
      send(response, { status: 200, body: this.#branch.screens() });
      return true;
    }
    if (pathname === '/api/v1/alerts/events') return stream(response, 'alerts', { alerts: [] });
    if (pathname === '/api/v1/selftest') {
      send(response, { status: 200, body: { selftest: null } });
      return true;
    }
    if (pathname === '/api/v1/devices') {
      send(response, { status: 200, body: devices() });
      return true;
    }

    const page = managerAnswer(pathname, searchParams) ?? this.#wiring.answer(pathname) ?? accounts(request, pathname);
    if (page) {
      send(response, { status: 200, body: page });
      return true;
    }

    const key = request.headers['idempotency-key'];
    const known = typeof key === 'string' ? this.#answers.get(key) : undefined;
    const reply = known ?? this.#branch.handle(request.method ?? 'GET', pathname, await bodyOf(request));
    if (typeof key === 'string') this.#answers.set(key, reply);
    if (request.method === 'POST') this.#send('board', this.#branch.board());
    send(response, reply);
    return true;
  }

  #stream(response: ServerResponse): true {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`retry: 1000\n\nevent: board\ndata: ${JSON.stringify(this.#branch.board())}\n\n`);
    this.#screens.add(response);
    response.on('close', () => this.#screens.delete(response));
    return true;
  }

  #send(event: string, data: unknown): void {
    if (this.#silent) return;
    for (const screen of this.#screens) screen.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #lever(name: string, response: ServerResponse): true {
    if (name === 'offline' || name === 'online') this.#offline = name === 'offline';
    else if (name === 'silent') this.#silent = !this.#silent;
    else this.#branch.lever(name);
    if (this.#offline) this.#screens.forEach((screen) => screen.destroy());
    this.#send('board', this.#branch.board());
    send(response, { status: 200, body: { did: name, id: randomUUID() } });
    return true;
  }
}

/** One value and then signs of life. */
function stream(response: ServerResponse, event: string, value: unknown): true {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(`retry: 1000\n\nevent: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
  const ping = () => response.write(`event: ping\ndata: ${JSON.stringify({ at: new Date().toISOString() })}\n\n`);
  const pings = setInterval(ping, 10_000);
  response.on('close', () => clearInterval(pings));
  return true;
}

function managerAnswer(pathname: string, query: URLSearchParams): unknown {
  if (pathname === '/api/v1/forecast') return forecast(query.get('change'));
  if (pathname === '/api/v1/forecast/acts') return acts();
  if (pathname === '/api/v1/hall') return hall();
  const today = new Date().toISOString().slice(0, 10);
  if (pathname === '/api/v1/reports/days') return { days: [today] };
  if (pathname === '/api/v1/whatif') return whatif(query.get('day') ?? today, query.get('change'));
  const day = /^\/api\/v1\/reports\/day\/([\d-]+)$/.exec(pathname)?.[1];
  return day && report(day);
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text ? (JSON.parse(text) as Record<string, string>) : {};
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}
