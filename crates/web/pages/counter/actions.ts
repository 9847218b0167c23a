// What a clerk can do, when, and with which key. The lobby judges; this only keeps idle buttons quiet.
import type { MessageKey } from '../shared/messages/index.ts';
import type { CounterAnswer } from '../shared/types.ts';

export type Act =
  | 'next'
  | 'recall'
  | 'arrived'
  | 'finish'
  | 'outcome'
  | 'no-show'
  | 'hold'
  | 'resume-ticket'
  | 'transfer'
  | 'call'
  | 'note'
  | 'then'
  | 'undo'
  | 'help'
  | 'dispute'
  | 'pause'
  | 'resume'
  | 'open'
  | 'close';

/** Acts that need an answer first; the others are sent at once. */
export const ASKS: readonly Act[] = [
  'outcome', 'transfer', 'pause', 'close', 'resume-ticket', 'call', 'note', 'then', 'help', 'dispute',
];

export interface Button {
  act: Act;
  label: MessageKey;
  /** One letter, pressed alone. Shown on the button. */
  key: string;
  look?: 'primary' | 'danger';
  /** Not part of serving one customer after the other: shown smaller, below. */
  beside?: boolean;
}

export const BUTTONS: readonly Button[] = [
  { act: 'next', label: 'act_next', key: 'N', look: 'primary' },
  { act: 'recall', label: 'act_recall', key: 'R' },
  { act: 'arrived', label: 'act_arrived', key: 'A' },
  { act: 'finish', label: 'act_finish', key: 'F' },
  { act: 'outcome', label: 'act_outcome', key: 'E' },
  { act: 'no-show', label: 'act_no_show', key: 'X' },
  { act: 'hold', label: 'act_hold', key: 'H' },
  { act: 'resume-ticket', label: 'act_resume_ticket', key: 'G' },
  { act: 'transfer', label: 'act_transfer', key: 'T' },
  { act: 'call', label: 'act_call', key: 'K', beside: true },
  { act: 'note', label: 'act_note', key: 'M', beside: true },
  { act: 'then', label: 'act_then', key: 'B', beside: true },
  { act: 'undo', label: 'act_undo', key: 'U', beside: true },
  { act: 'help', label: 'act_help', key: 'J', beside: true },
  { act: 'dispute', label: 'act_dispute', key: 'D', look: 'danger', beside: true },
  { act: 'pause', label: 'act_pause', key: 'P', beside: true },
  { act: 'resume', label: 'act_resume', key: 'S', look: 'primary', beside: true },
  { act: 'open', label: 'act_open', key: 'O', look: 'primary', beside: true },
  { act: 'close', label: 'act_close', key: 'C', look: 'danger', beside: true },
];

/** What makes sense at a counter in this state (DESIGN sections 2 and 5). */
export function sensible({ counter, ticket }: CounterAnswer): ReadonlySet<Act> {
  const acts = new Set<Act>();
  if (counter.state === 'closed') return acts.add('open');

  acts.add('close').add('undo').add('help').add('dispute');
  if (counter.state === 'open') acts.add('next').add('pause').add('call');
  else acts.add('resume');

  if (ticket?.state === 'called') acts.add('recall').add('arrived').add('no-show');
  if (ticket) acts.add('finish').add('outcome').add('hold').add('transfer').add('note').add('then');
  else if (counter.state === 'open' && counter.held.length > 0) acts.add('resume-ticket');
  return acts;
}

/** The act that a key press means, if any. Chords, repeats and typing mean none. */
export function actOf(event: KeyboardEvent): Act | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return undefined;
  const typing = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
  if (typing) return undefined;
  return BUTTONS.find((button) => button.key === event.key.toUpperCase())?.act;
}
