// What the lobby says over HTTP about its voice. Shapes: `GET /api/v1/announcements`, and `speaking` of the board.
import type { Text } from './types.ts';

/** What a loudspeaker says at this moment. */
export interface Speaking {
  zone: string;
  id: string;
  kind: 'call' | 'recall' | 'notice' | 'emergency';
  at: string;
  text: Text;
  audio: { url: string; seconds: number; screens: string[] } | null;
}

/** Something that was said to the hall, or is to be said. */
export interface Announcement {
  id: string;
  at: string;
  by: string;
  rank: 'notice' | 'emergency';
  text: Text;
  zones: string[];
  repeats: number;
  programme: string | null;
  state: 'queued' | 'spoken' | 'dropped' | 'failed';
  ended_at: string | null;
  cause: string | null;
  cause_texts: Text | null;
}

export interface VoiceZone {
  id: string;
  device: string;
  output: string;
  state: string;
  /** Percent; 0 is quiet. */
  volume: number;
  /** Percent of the clips' own. */
  speed: number;
  speaking: Speaking | null;
}

export interface ProgrammeEntry {
  id: string;
  text: Text;
  next_at: string | null;
  last_at: string | null;
}

export interface Announcements {
  /** Newest first. */
  announcements: Announcement[];
  zones: VoiceZone[];
  programme: ProgrammeEntry[];
}
