// Durations, times and the axis of the chart. Pure; all times are milliseconds since 1970.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** "1 h 5 min", "12 s": the two largest units. */
export function duration(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds / second)) * second;
  const units: [number, string][] = [[day, 'd'], [hour, 'h'], [minute, 'min'], [second, 's']];
  const at = Math.max(0, units.findIndex(([size]) => whole >= size));
  if (whole < second) return '0 s';
  const [size, unit] = units[at]!;
  const next = units[at + 1];
  const rest = next ? Math.floor((whole % size) / next[0]) : 0;
  return `${Math.floor(whole / size)} ${unit}${rest && next ? ` ${rest} ${next[1]}` : ''}`;
}

/** How the host wants times: its locale and zone, where the browser knows them. */
export type TimeStyle = { locale?: string; timeZone?: string };

function format(style: TimeStyle, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const tries: [string | undefined, string | undefined][] = [[style.locale, style.timeZone], [undefined, style.timeZone], [style.locale, undefined]];
  for (const [locale, timeZone] of tries) {
    try {
      return new Intl.DateTimeFormat(locale, { ...options, timeZone });
    } catch {
      // A locale or zone that the browser doesn't know: the next without it.
    }
  }
  return new Intl.DateTimeFormat(undefined, options);
}

export function dateAndTime(at: number, style: TimeStyle): string {
  return format(style, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

export function timeOfDay(at: number, style: TimeStyle): string {
  return format(style, { timeStyle: 'medium' }).format(at);
}

export type Axis = { from: number; to: number; ticks: { at: number; label: string }[] };

const steps = [1, 2, 5, 10, 15, 30].map((each) => each * second)
  .concat([1, 2, 5, 10, 15, 30].map((each) => each * minute), [1, 2, 3, 6, 12].map((each) => each * hour), [1, 2, 7, 14, 30, 90, 365].map((each) => each * day));

/** Ticks from `from` on, labelled by what has passed, at most `most` besides the first. */
export function axis(from: number, to: number, most = 5): Axis {
  const end = Math.max(to, from + second);
  const step = steps.find((each) => (end - from) / each <= most) ?? Math.ceil((end - from) / most / day) * day;
  const ticks = [];
  for (let at = from; at <= end && ticks.length <= most; at += step) ticks.push({ at, label: at === from ? '0' : duration(at - from) });
  return { from, to: end, ticks };
}

/** Left edge and width in percent, within the axis, never thinner than `thinnest`. */
export function place({ from, to }: Axis, start: number, end: number, thinnest = 0.4): { left: number; width: number } {
  const within = (at: number) => Math.min(Math.max((at - from) / (to - from), 0), 1) * 100;
  const left = Math.min(within(start), 100 - thinnest);
  return { left, width: Math.max(within(end) - left, thinnest) };
}
