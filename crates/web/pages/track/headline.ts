// The one sentence a customer needs now.
import type { MessageKey, Parameters } from '../shared/messages/index.ts';
import type { Tracked } from '../shared/types.ts';

export function headline({ state, counter, ahead }: Pick<Tracked, 'state' | 'counter' | 'ahead'>): {
  key: MessageKey;
  parameters?: Parameters;
} {
  switch (state) {
    case 'called':
      return counter === null ? { key: 'state_called' } : { key: 'track_go', parameters: { counter } };
    case 'serving':
      return counter === null ? { key: 'state_serving' } : { key: 'track_serving', parameters: { counter } };
    case 'waiting':
      return { key: ahead === 0 ? 'track_next' : 'state_waiting' };
    default:
      return { key: `track_${state}` };
  }
}
