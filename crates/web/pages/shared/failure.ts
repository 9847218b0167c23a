// Why an act did not go through.
import { Problem, Unreachable } from './api.ts';

/** The lobby refused, or nobody knows. Worded in the language of the moment. */
export type Failure = Problem | 'unknown';

/** A lobby that failed in the middle (5xx) has not refused: what it did is unknown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Problem && error.status < 500) return error;
  if (!(error instanceof Unreachable || error instanceof Problem)) console.error(error);
  return 'unknown';
}
