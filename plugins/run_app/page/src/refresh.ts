// When a run in progress is looked at again. Pure: the pauses; the timer is in controller.ts.

/** Milliseconds. Short enough to be useful at the start of a run, long enough not to burden it later. */
export const firstPause = 5_000;
export const longestPause = 60_000;
/** After an hour nobody is watching any more; the button is still there. */
export const givesUpAfter = 3_600_000;

/** The pause after `previous`, or the first; nothing when `watched` milliseconds have passed. */
export function nextPause(previous: number | undefined, watched: number): number | undefined {
  if (watched >= givesUpAfter) return undefined;
  return previous === undefined ? firstPause : Math.min(longestPause, Math.round(previous * 1.4));
}
