// The loudspeaker of a screen: plays what the board says this screen is to play, and says how that goes.
import type { Speaking } from '../shared/announcements.ts';
import type { Board } from '../shared/types.ts';

export type SoundState = 'ok' | 'blocked' | 'failed';

/** What the player needs of the browser; replaced in tests. */
export interface Sink {
  /** Lets sound out, as far as the browser allows without a tap. */
  wake: () => Promise<boolean>;
  /** Plays a file from its beginning; the answer stops it. */
  play: (file: ArrayBuffer) => Promise<() => void>;
  fetch: (url: string) => Promise<ArrayBuffer>;
}

/** What this screen is to play now, if anything: the most pressing of its zones. */
export function toPlay(board: Board, screen: string): Speaking | undefined {
  const mine = (board.speaking ?? []).filter((spoken) => spoken.audio?.screens.includes(screen));
  return mine.find((spoken) => spoken.kind === 'emergency') ?? mine[0];
}

/** One clip at a time; a new one takes the place of the old. */
export class Player {
  #url: string | undefined;
  #stop: (() => void) | undefined;
  readonly #sink: Sink;
  readonly #tell: (state: SoundState) => void;

  constructor(sink: Sink, tell: (state: SoundState) => void) {
    this.#sink = sink;
    this.#tell = tell;
  }

  /** Whether sound would be let out now; told to the lobby before the first call is missed. */
  async wake(): Promise<boolean> {
    const awake = await this.#sink.wake();
    this.#tell(awake ? 'ok' : 'blocked');
    return awake;
  }

  /** Follows the board. What has begun is played to its end unless something else begins. */
  async follow(spoken: Speaking | undefined): Promise<void> {
    const url = spoken?.audio?.url;
    if (url === undefined || url === this.#url) return;
    this.#url = url;
    this.#stop?.();
    this.#stop = undefined;
    try {
      if (!(await this.wake())) return;
      const file = await this.#sink.fetch(url);
      if (url !== this.#url) return;
      const stop = await this.#sink.play(file);
      if (url === this.#url) this.#stop = stop;
      else stop();
    } catch (error) {
      console.error('the sound cannot be played', error);
      this.#tell('failed');
    }
  }

  stop(): void {
    this.#stop?.();
    this.#url = undefined;
  }
}

/** A browser resumes at once or not at all until somebody taps. */
const RESUMES_WITHIN_MS = 500;

/** The sound of this browser. Needs no audio element, so no policy of ours has to open. */
export function browserSink(): Sink {
  let context: AudioContext | undefined;
  return {
    wake: async () => {
      context ??= new AudioContext();
      if (context.state === 'suspended') {
        const late = new Promise<void>((done) => setTimeout(done, RESUMES_WITHIN_MS));
        await Promise.race([context.resume(), late]);
      }
      return context.state === 'running';
    },
    play: async (file) => {
      context ??= new AudioContext();
      const source = context.createBufferSource();
      source.buffer = await context.decodeAudioData(file);
      source.connect(context.destination);
      source.start();
      return () => source.stop();
    },
    fetch: async (url) => {
      const answer = await fetch(url, { headers: { 'X-Role': 'screen' }, credentials: 'same-origin', cache: 'no-store' });
      if (!answer.ok) throw new Error(`the lobby answered ${answer.status}`);
      return answer.arrayBuffer();
    },
  };
}
