// Durations, the axis and the pauses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axis, dateAndTime, duration, place } from '../src/clock.ts';
import { firstPause, givesUpAfter, longestPause, nextPause } from '../src/refresh.ts';

const durations = [[-5, '0 s'], [0, '0 s'], [499, '0 s'], [500, '1 s'], [59_499, '59 s'], [59_600, '1 min'], [61_000, '1 min 1 s'], [3_599_000, '59 min 59 s'], [3_600_000, '1 h'],
  [3_661_000, '1 h 1 min'], [86_400_000, '1 d'], [90_000_000, '1 d 1 h'], [400 * 86_400_000, '400 d']];
for (const [given, wanted] of durations) test(`duration of ${given} ms`, () => assert.equal(duration(given), wanted));

for (const length of [0, 1, 900, 5_000, 61_000, 600_000, 3_600_000, 86_400_000, 400 * 86_400_000, 40_000 * 86_400_000]) {
  test(`axis of ${length} ms: few ticks, within it, by even steps`, () => {
    const { from, to, ticks } = axis(1000, 1000 + length);
    assert.ok(ticks.length >= 1 && ticks.length <= 6, `${ticks.length} ticks`);
    assert.equal(ticks[0].label, '0');
    assert.ok(ticks.every((each) => each.at >= from && each.at <= to));
    assert.equal(new Set(ticks.map((each) => each.label)).size, ticks.length, 'equal labels');
  });
}

test('a bar lies within the axis and can be seen', () => {
  const scale = axis(0, 100_000);
  for (const [from, to] of [[0, 100_000], [-50, 5], [99_999, 100_000], [200_000, 300_000], [5, 5], [7, 3]]) {
    const { left, width } = place(scale, from, to);
    assert.ok(left >= 0 && width >= 0.4 && left + width <= 100.001, `${from}-${to}: ${left} ${width}`);
  }
});

test('times by the client\'s locale and zone, and by none that is unknown', () => {
  const at = Date.parse('2026-03-04T09:00:00Z');
  assert.match(dateAndTime(at, { locale: 'de-DE', timeZone: 'Asia/Tokyo' }), /04\.03\.2026, 18:00:00/);
  for (const style of [{}, { locale: '' }, { locale: 'x_y', timeZone: 'Mars/Olympus' }, { timeZone: 'nowhere' }]) assert.match(dateAndTime(at, style), /2026/);
});

test('pauses grow within their bounds and end', () => {
  let pause = nextPause(undefined, 0);
  assert.equal(pause, firstPause);
  for (let i = 0; i < 30; ++i) {
    const next = nextPause(pause, 0);
    assert.ok(next >= pause && next <= longestPause);
    pause = next;
  }
  assert.equal(pause, longestPause);
  assert.equal(nextPause(pause, givesUpAfter), undefined);
});
