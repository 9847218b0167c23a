// Which colour and icon a state has, on every page. Colour never says it alone: icon and words say it too.
import type { Component } from 'svelte';
import Check from '@lucide/svelte/icons/circle-check';
import Closed from '@lucide/svelte/icons/circle-minus';
import Coffee from '@lucide/svelte/icons/coffee';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Info from '@lucide/svelte/icons/info';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Pause from '@lucide/svelte/icons/circle-pause';
import Serving from '@lucide/svelte/icons/message-circle';
import Stop from '@lucide/svelte/icons/octagon-alert';
import Wait from '@lucide/svelte/icons/clock';
import Warning from '@lucide/svelte/icons/triangle-alert';
import Cross from '@lucide/svelte/icons/circle-x';
import type { CounterState, TicketState } from '../types.ts';

/** `info` is the brand's colour, `idle` grey. */
export type Tone = 'info' | 'good' | 'warn' | 'bad' | 'idle';

/** The icon that goes with a tone where nothing more exact is known. */
export const TONE_ICONS: Readonly<Record<Tone, Component>> = {
  info: Info,
  good: Check,
  warn: Warning,
  bad: Stop,
  idle: Closed,
};

/** How a state looks. */
export interface Look {
  tone: Tone;
  icon: Component;
}

export const COUNTER_LOOKS: Readonly<Record<CounterState, Look>> = {
  open: { tone: 'good', icon: Check },
  pausing: { tone: 'warn', icon: Coffee },
  paused: { tone: 'warn', icon: Pause },
  closed: { tone: 'idle', icon: Closed },
};

export const TICKET_LOOKS: Readonly<Record<TicketState, Look>> = {
  waiting: { tone: 'info', icon: Wait },
  called: { tone: 'warn', icon: Megaphone },
  serving: { tone: 'good', icon: Serving },
  held: { tone: 'info', icon: Hourglass },
  done: { tone: 'good', icon: Check },
  no_show: { tone: 'bad', icon: Warning },
  cancelled: { tone: 'idle', icon: Cross },
  expired: { tone: 'idle', icon: Cross },
};

/** A device's state as the lobby says it: `ok` is well, these still work, everything else is trouble. */
const STILL_WORKING: readonly string[] = ['paper_low', 'starting', 'changing', 'waiting'];

export function deviceLook(state: string): Look {
  if (state === 'ok') return { tone: 'good', icon: Check };
  return STILL_WORKING.includes(state) ? { tone: 'warn', icon: Warning } : { tone: 'bad', icon: Stop };
}
