// Every page at its real sizes: what the looks are tested on and what `cargo xtask screens` photographs. A page that the
// lobby does not have (yet) is passed over; a new page is a new row.

export interface Place {
  name: string;
  path: string;
  width: number;
  height: number;
  /** Shows that the page is there. */
  there: string;
  /** Contrast that is asked for. */
  level: 'AA' | 'AAA';
  /** A glass that nobody scrolls: everything is inside it. */
  glass?: true;
  /** How its language is chosen: by the browser's, by a button on it, or by its configuration (then once). */
  language: 'browser' | 'button' | 'own';
  /** It follows the device into the dark. */
  dark?: true;
}

const KIOSK = { path: '/kiosk', there: '[data-service], [data-group]', level: 'AAA', glass: true, language: 'button' } as const;
const SCREEN = { there: '[data-testid=picture] > :not(.waiting)', level: 'AA', glass: true, language: 'own' } as const;
const COUNTER = { path: '/counter?counter=1', there: '[data-act=next]', level: 'AA', language: 'browser', dark: true } as const;
const MANAGER = { path: '/manager', there: '[data-testid=acts]', level: 'AA', language: 'browser', dark: true } as const;
const AHEAD = { ...MANAGER, path: '/manager#ahead', there: '[data-testid=charts] figure' } as const;
const REPORT = { ...MANAGER, path: '/manager#day', there: '[data-testid=report] table' } as const;
const GREETER = { path: '/greeter', there: '[data-take=cash]', level: 'AA', language: 'browser', dark: true } as const;
const DEVICES = { path: '/devices', there: '[data-device]', level: 'AA', language: 'browser', dark: true } as const;
const SIGN_IN = { path: '/signin?role=clerk', there: 'main', level: 'AA', language: 'browser', dark: true } as const;

/** Pages of any hall. */
export const PLACES: readonly Place[] = [
  { name: 'kiosk portrait', width: 1080, height: 1920, ...KIOSK },
  { name: 'kiosk landscape', width: 1280, height: 800, ...KIOSK },
  { name: 'counter', width: 1280, height: 800, ...COUNTER },
  { name: 'counter small', width: 1024, height: 768, ...COUNTER },
  { name: 'choice of counters', width: 1280, height: 800, ...COUNTER, path: '/counter', there: 'main a' },
  { name: 'screen', path: '/screen', width: 1920, height: 1080, ...SCREEN },
  { name: 'screen 4K', path: '/screen', width: 3840, height: 2160, ...SCREEN },
  { name: 'screen portrait', path: '/screen', width: 1080, height: 1920, ...SCREEN },
  { name: 'window', path: '/screen?counter=3', width: 1920, height: 1080, ...SCREEN },
  { name: 'window paused', path: '/screen?counter=4', width: 1280, height: 800, ...SCREEN },
  { name: 'greeter', width: 1024, height: 768, ...GREETER },
  { name: 'greeter portrait', width: 820, height: 1180, ...GREETER },
  { name: 'guard', width: 1024, height: 768, ...GREETER, path: '/greeter?view=guard', there: '[data-alarm=help]' },
  { name: 'guard portrait', width: 820, height: 1180, ...GREETER, path: '/greeter?view=guard', there: '[data-alarm=help]' },
  { name: 'manager', width: 1440, height: 900, ...MANAGER },
  { name: 'manager small', width: 1024, height: 768, ...MANAGER },
  { name: 'two hours', width: 1440, height: 900, ...AHEAD },
  { name: 'two hours small', width: 1024, height: 768, ...AHEAD },
  { name: 'report', width: 1440, height: 900, ...REPORT },
  { name: 'report small', width: 1024, height: 768, ...REPORT },
  { name: 'what if', width: 1024, height: 768, ...MANAGER, path: '/manager#whatif', there: '[data-testid=whatif-day]' },
  { name: 'devices', width: 1440, height: 900, ...DEVICES },
  { name: 'devices small', width: 1024, height: 768, ...DEVICES },
  { name: 'wiring', path: '/wiring', width: 1024, height: 768, there: '[data-unit]', level: 'AA', language: 'browser', dark: true },
  { name: 'staff', path: '/staff', width: 1280, height: 800, there: 'main', level: 'AA', language: 'browser', dark: true },
  { name: 'sign in', width: 1280, height: 800, ...SIGN_IN },
  { name: 'sign in on a phone', width: 390, height: 844, ...SIGN_IN },
  { name: 'index', path: '/', width: 390, height: 844, there: 'main a', level: 'AA', language: 'browser', dark: true },
];

/** The phone page of one ticket, `/t/{token}`. */
export function phones(track: string): Place[] {
  const phone = { path: track, there: '[data-testid=number]', level: 'AA', language: 'browser', dark: true } as const;
  return [
    { name: 'phone', width: 390, height: 844, ...phone },
    { name: 'phone small', width: 360, height: 640, ...phone },
  ];
}

const ALL_SCREENS = ['hall', 'hall-yue', 'hall-en', 'calls', 'counters', 'entrance', 'window-1'];

/** Screens of the large hall (`large.toml`), lying and upright. */
export const LARGE_SCREENS: readonly Place[] = ALL_SCREENS.flatMap((id) => [
  { name: `screen ${id}`, path: `/screen?screen=${id}`, width: 1920, height: 1080, ...SCREEN },
  { name: `screen ${id} portrait`, path: `/screen?screen=${id}`, width: 1080, height: 1920, ...SCREEN },
]);

/** Pages that look the same in the large hall whoever waits, or need hardware that it does not have. */
const ONLY_DEMO = ['wiring', 'index', 'devices', 'devices small', 'sign in', 'sign in on a phone', 'staff', 'screen 4K'];

export const LARGE_PLACES: readonly Place[] = PLACES.filter(
  ({ name, language }) => language !== 'own' && !ONLY_DEMO.includes(name),
);

/** Browser's language, and the words on the button where a page has one. */
export const LANGUAGES = [
  { locale: 'zh-CN', tag: 'zh-CN', button: /简体|^中文/ },
  { locale: 'zh-HK', tag: 'zh-Hant', button: /繁體/ },
  { locale: 'en-GB', tag: 'en', button: /English/ },
] as const;
export type LanguageOf = (typeof LANGUAGES)[number];
