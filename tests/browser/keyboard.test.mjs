// Everything by keyboard alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './harness.mjs';
import { good } from './scenarios.mjs';

let browser;
before(async () => { browser = await Browser.open(); });
after(() => browser?.close());

const focused = (shown) => shown.app.evaluate(() => {
  const { activeElement: element } = document;
  return (element.getAttribute('aria-label') ?? element.textContent).trim();
});

/** Tab until the focus is on what fits; at most as often as there are stops. */
async function tabTo(shown, pattern, key = 'Tab') {
  for (let stop = 0; stop < 400; ++stop) {
    await shown.page.keyboard.press(key);
    if (pattern.test(await focused(shown))) return;
  }
  throw new Error(`no stop ${pattern} by ${key}`);
}

test('every button is a stop, in the order of the page, with a focus that is seen', async () => {
  const shown = await browser.show('failed');
  await shown.sees('The lines that say why');
  const stops = [];
  for (let stop = 0; stop < 80; ++stop) {
    await shown.page.keyboard.press('Tab');
    const one = await shown.app.evaluate(() => {
      const { activeElement: element } = document;
      if (element === document.body) return undefined;
      const all = [...document.querySelectorAll('button, summary, [role=row][tabindex="0"]')];
      return { at: all.indexOf(element), all: all.length, outline: getComputedStyle(element).outlineStyle };
    });
    if (!one) break;
    assert.notEqual(one.outline, 'none', `stop ${one.at} shows no focus`);
    stops.push(one);
  }
  assert.deepEqual(stops.map(({ at }) => at), Array.from({ length: stops[0].all }, (_, at) => at));
  await shown.close();
});

test('a line, a question, a history and a retry', async () => {
  const shown = await browser.show('failed', { answers: { retry_stage: () => good({ run_id: 4711 }) } });
  await shown.sees('The lines that say why');
  await tabTo(shown, /^405: lines around it/);
  await shown.page.keyboard.press('Enter');
  await shown.sees('Lines 390 to 420 of 640');
  await tabTo(shown, /^More lines above/);
  await shown.page.keyboard.press('Space');
  await shown.sees('Lines 330 to 420 of 640');
  await tabTo(shown, /^Close/, 'Shift+Tab');
  await shown.page.keyboard.press('Enter');
  await shown.gone('Lines 330 to 420 of 640');
  await tabTo(shown, /^Ask about line 406/);
  await shown.page.keyboard.press('Enter');
  await shown.sees('The question is in the conversation.');
  await tabTo(shown, /^History of these tests/);
  await shown.page.keyboard.press('Enter');
  await shown.sees('Broken since');
  await tabTo(shown, /^Run again: the stage Test/);
  await shown.page.keyboard.press('Enter');
  await shown.sees('The stage Test runs again.');
  await shown.close();
});

test('the tree: one stop, arrows, Home, End, open and close', async () => {
  const shown = await browser.show('failed');
  await shown.sees('The lines that say why');
  await tabTo(shown, /In the queue/);
  const press = async (key, pattern) => {
    await shown.page.keyboard.press(key);
    await shown.until(async () => pattern.test(await focused(shown)), `${pattern} after ${key}, not ${await focused(shown)}`);
  };
  const expanded = () => shown.app.evaluate(() => document.activeElement.getAttribute('aria-expanded'));
  await press('End', /Deploy/);
  await press('Home', /In the queue/);
  await press('ArrowDown', /Build/);
  await press('ArrowRight', /Compile/);
  assert.equal(await expanded(), 'false');
  await press('ArrowRight', /Compile/);
  assert.equal(await expanded(), 'true');
  await press('ArrowRight', /Restore packages/);
  await press('ArrowLeft', /Compile/);
  await press('Enter', /Compile/);
  assert.equal(await expanded(), 'false');
  await press('ArrowLeft', /Build/);
  await press('ArrowLeft', /Build/);
  assert.equal(await expanded(), 'false');
  await press('ArrowDown', /Test/);
  assert.equal(await shown.app.locator('[role=row][tabindex="0"]').count(), 1);
  await shown.close();
});

test('a huge run: rows come a page at a time, and keys still work', async () => {
  const shown = await browser.show('huge');
  await shown.sees('All at once');
  await tabTo(shown, /In the queue/);
  await shown.page.keyboard.press('End');
  await shown.page.keyboard.press('ArrowRight');
  await shown.sees('Shard 50');
  assert.ok(await shown.app.getByRole('row').count() < 250, 'too many rows at once');
  await shown.page.keyboard.press('End');
  assert.match(await focused(shown), /Show more of 350 jobs/);
  await shown.page.keyboard.press('Enter');
  await shown.sees('Shard 100');
  await shown.close();
});
