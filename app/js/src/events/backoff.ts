const BROKEN_MS = 1000;
const REFUSED_MS = 5000;
const MOST_MS = 60_000;

/**
 * How long to wait (ms) before the stream is opened again. A refusal (not signed in, too many) is not cured in a second;
 * the random half keeps all browsers from coming back at once after the server has restarted.
 *
 * @param attempt how often it has failed already, from 0
 * @param random from 0 to 1
 */
export function delay(attempt: number, refused: boolean, random: number): number {
  const most = Math.min(MOST_MS, (refused ? REFUSED_MS : BROKEN_MS) * 2 ** attempt);
  return most * (0.5 + random / 2);
}
