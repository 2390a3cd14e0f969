// What a person does on the page, and what the client and the server hear of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './harness.mjs';
import { failedRun, failureLogs, good, hostileNames, odd, refused, run } from './scenarios.mjs';

let browser;
before(async () => { browser = await Browser.open(); });
after(() => browser?.close());

const called = (shown, name) => shown.calls.filter((each) => each.name === name);

test('a line of the evidence is opened, more above and below, and closed', async () => {
  const shown = await browser.show('failed');
  await shown.button('405: lines around it').click();
  await shown.sees('Lines 390 to 420 of 640');
  assert.deepEqual(called(shown, 'read_run_log')[0].args, { project: 'Payments', run_id: 4711, log_id: 21, from_line: 390, to_line: 420 });
  await shown.button('More lines above').click();
  await shown.sees('Lines 330 to 420 of 640');
  await shown.button('More lines below').click();
  await shown.sees('Lines 330 to 480 of 640');
  assert.equal(await shown.app.locator('.around .line.marked').count(), 1);
  await shown.button('Close').click();
  await shown.gone('Lines 330 to 480 of 640');
  assert.equal(await shown.app.evaluate(() => document.activeElement.textContent), '405', 'the focus is lost');
  await shown.close();
});

test('the history of failed tests', async () => {
  const shown = await browser.show('failed');
  await shown.button('History of these tests').click();
  await shown.sees('Broken since 20260303.9');
  await shown.sees('It fails now and then');
  assert.equal(called(shown, 'list_failed_tests')[0].args.run_id, 4711);
  assert.equal(await shown.app.evaluate(() => document.activeElement.id), 'tests', 'the focus is lost');
  await shown.close();
});

test('questions quote what others wrote, and say so', async () => {
  const shown = await browser.show('failed');
  for (const about of ['Ask about the failure of Run the tests', 'Ask about line 405', 'Ask about the test Payments']) {
    await shown.button(about).click();
    await shown.sees('The question is in the conversation.');
  }
  const { messages } = await shown.said();
  assert.equal(messages.length, 3);
  for (const { role, content: [{ type, text }] } of messages) {
    assert.equal(role, 'user');
    assert.equal(type, 'text');
    assert.match(text, /run 4711/);
    assert.match(text, /text that others wrote:\n> /);
    assert.ok(text.length < 5000);
  }
  assert.match(messages[1].content[0].text, /> 405: Assert\.Equal/);
  await shown.close();
});

test('a client that denies a question or a link: one sentence', async () => {
  const shown = await browser.show('failed', { refuse: ['message', 'openLink'] });
  await shown.button('Ask about the failure').click();
  await shown.sees('The client didn\u2019t take the question.');
  await shown.button('Open in Azure DevOps').click();
  await shown.sees('The client didn\u2019t open the link.');
  await shown.close();
});

test('links go out through the client, to web pages alone', async () => {
  const shown = await browser.show('failed');
  await shown.button('Open in Azure DevOps').click();
  await shown.button('Open the page about it').click();
  await shown.until(async () => (await shown.said()).links.length === 2, 'two links');
  assert.deepEqual((await shown.said()).links.map(({ url }) => new URL(url).host), ['dev.azure.com', 'wiki.contoso.example']);
  await shown.close();
  const hostile = await browser.show('hostile');
  await hostile.sees('Why it failed');
  assert.equal(await hostile.button('Open in Azure DevOps').count(), 0);
  assert.equal(await hostile.button('Open the page about it').count(), 0);
  await hostile.close();
});

test('what strangers wrote is text: no element, no script, no direction that spreads', async () => {
  const shown = await browser.show('hostile');
  await shown.sees(hostileNames[7]);
  await shown.button('3: lines around it').first().click();
  await shown.sees('Lines 1 to 18');
  const found = await shown.app.evaluate(() => ({
    elements: document.querySelectorAll('img, a, iframe, object, form, [onerror]').length, scripts: document.scripts.length, bad: window.bad,
    hidden: /[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText),
  }));
  assert.deepEqual(found, { elements: 0, scripts: 1, bad: undefined, hidden: false });
  await shown.close();
});

test('opened by get_run_failure_logs: the stages are asked for, by the link\'s project and organisation', async () => {
  const shown = await browser.show('logsOnly', { answers: { get_run: () => good(failedRun()) } });
  await shown.sees('Critical path');
  assert.deepEqual(called(shown, 'get_run')[0].args, { project: 'Payments', organization: 'contoso', run_id: 4711 });
  assert.equal(called(shown, 'get_run_failure_logs').length, 0, 'it was told already');
  await shown.close();
});

test('opened by get_run for one stage: the whole run is asked for', async () => {
  const shown = await browser.show({ opener: 'get_run', input: { run_id: '4711', stage: 'Test' }, answers: { get_run: ({ stage }) => good(stage ? { ...failedRun(), stages: [failedRun().stages[1]] } : failedRun()), get_run_failure_logs: () => good(failureLogs()) } });
  await shown.app.getByRole('row', { name: /Report/ }).first().waitFor();
  assert.deepEqual(called(shown, 'get_run')[0].args, { project: 'Payments', run_id: 4711 });
  await shown.close();
});

test('tasks that were only counted are read when asked for, and stay after a refresh', async () => {
  const shown = await browser.show('failed');
  await shown.app.getByRole('row', { name: /4 tasks not listed/ }).click();
  await shown.app.getByRole('row', { name: /Sign/ }).first().waitFor();
  assert.equal(called(shown, 'get_run')[0].args.stage, 'Test');
  await shown.button('Refresh').click();
  await shown.until(() => called(shown, 'get_run').length === 2, 'a second look');
  await shown.sees('Read again');
  assert.ok(await shown.app.getByRole('row', { name: /Sign/ }).count() > 0);
  await shown.close();
});

const errors = {
  'the tool says no': [() => refused('You may not read logs here: ask ada@contoso.example.'), 'You may not read logs here: ask ada@contoso.example.'],
  'the call fails': [() => { throw new Error('The server went away'); }, 'The server went away'],
  'an answer that is none': [() => good({ strange: true }), 'could not be read'],
  'no structure': [() => ({ content: [{ type: 'text', text: 'Hello' }] }), 'could not be read'],
};
for (const [name, [answer, text]] of Object.entries(errors)) {
  test(`an error is told: ${name}`, async () => {
    const shown = await browser.show('failed', { answers: { get_run_failure_logs: answer, read_run_log: answer, list_failed_tests: answer } });
    await shown.sees(text);
    await shown.button('Try again').click();
    await shown.until(() => called(shown, 'get_run_failure_logs').length === 2, 'a second try');
    await shown.close();
  });
}

for (const [name, answer] of Object.entries(odd)) {
  test(`an answer that breaks its schema: ${name}`, async () => {
    const shown = await browser.show({ opener: 'get_run', input: { run_id: 1 }, answers: { get_run: () => good(answer) } });
    await shown.sees('Over time');
    await shown.close();
  });
}

test('a client without tools: what came is shown, nothing is asked, no button promises more', async () => {
  const shown = await browser.show('failed', { capabilities: {}, answers: {} });
  await shown.sees('doesn\u2019t let the page ask for more');
  for (const name of ['Refresh', 'Ask', 'Run again', 'Open in Azure DevOps', 'Try again']) assert.equal(await shown.button(name).count(), 0, name);
  assert.deepEqual(shown.calls, []);
  await shown.close();
});

test('before the answer, and when the call is given up', async () => {
  const shown = await browser.show('failed', { opens: false });
  await shown.sees('Reading the run');
  await shown.tell('sendToolInputPartial', { arguments: { run_id: 4711 } });
  await shown.sees('Reading run 4711');
  await shown.tell('sendToolCancelled', { reason: 'the person pressed stop' });
  await shown.sees('The call was given up: the person pressed stop');
  await shown.button('Refresh').click();
  await shown.sees('Critical path');
  await shown.close();
});

test('the client\'s theme, variables, insets, locale and zone', async () => {
  const shown = await browser.show('failed', { context: { theme: 'dark', styles: { variables: { '--color-background-primary': 'rgb(1, 2, 3)' } }, safeAreaInsets: { top: 40, right: 0, bottom: 0, left: 0 }, locale: 'de-DE', timeZone: 'Asia/Tokyo', containerDimensions: { width: 1000, maxHeight: 500 } } });
  await shown.sees('04.03.2026, 18:01:30');
  const seen = () => shown.app.evaluate(() => ({ page: getComputedStyle(document.body).backgroundColor, top: getComputedStyle(document.body).paddingTop, theme: document.documentElement.dataset.theme }));
  assert.deepEqual(await seen(), { page: 'rgb(1, 2, 3)', top: '52px', theme: 'dark' });
  await shown.tell('sendHostContextChange', { theme: 'light' });
  await shown.until(async () => (await seen()).theme === 'light', 'the light theme');
  await shown.tell('sendHostContextChange', { locale: 'no such locale', timeZone: 'Mars/Olympus' });
  await shown.sees('Started');
  await shown.close();
});

test('full screen, where the client has it', async () => {
  const shown = await browser.show('succeeded', { context: { displayMode: 'inline', availableDisplayModes: ['inline', 'fullscreen'] } });
  await shown.button('Full screen').click();
  await shown.button('Leave full screen').waitFor();
  assert.deepEqual((await shown.said()).modes, ['fullscreen']);
  await shown.close();
});

test('the model hears what is open, without the text of logs', async () => {
  const shown = await browser.show('failed');
  await shown.button('405: lines around it').click();
  await shown.until(async () => /around line 405/.test(JSON.stringify((await shown.said()).contexts)), 'the note to the model');
  const text = JSON.stringify((await shown.said()).contexts);
  assert.match(text, /run 4711 \(20260304\.7\)/);
  assert.doesNotMatch(text, /Assert/);
  assert.ok((await shown.said()).sizes.length > 0, 'no size was told');
  await shown.close();
});

const inProgress = () => good(failedRun({ run: run({ status: 'inProgress', result: undefined, finished: undefined }) }));

test('a run in progress is looked at again, with pauses that grow, until an hour has passed', async () => {
  const shown = await browser.show('waiting', { clock: {} });
  await shown.sees('Looks again by itself');
  const looks = () => called(shown, 'get_run').length;
  const pass = async (seconds) => { await shown.page.clock.runFor(seconds * 1000); };
  await pass(4);
  assert.equal(looks(), 0);
  await pass(2);
  await shown.until(() => looks() === 1, 'the first look');
  await pass(5);
  assert.equal(looks(), 1, 'the pause didn\'t grow');
  await pass(4);
  await shown.until(() => looks() === 2, 'the second look');
  for (let minute = 0; minute < 62; ++minute) await pass(60);
  await shown.sees('Stopped looking by itself');
  assert.ok(looks() > 20 && looks() <= 75, `${looks()} looks in an hour`);
  await shown.close();
});

test('a page that is taken down looks no more', async () => {
  const shown = await browser.show('waiting', { clock: {} });
  await shown.sees('Looks again by itself');
  await shown.tell('teardownResource', {});
  await shown.sees('closed by the client');
  await shown.page.clock.runFor(300_000);
  assert.deepEqual(called(shown, 'get_run'), []);
  await shown.close();
});

test('a run that ends meanwhile: that is said, and why it failed is read', async () => {
  let ended = false;
  const answers = { get_run: () => (ended ? good(failedRun()) : inProgress()), get_run_failure_logs: () => (ended ? good(failureLogs()) : refused('Not yet.')) };
  const shown = await browser.show({ opener: 'get_run', input: { run_id: 4711 }, answers });
  await shown.sees('Running');
  ended = true;
  await shown.sees('The lines that say why');
  await shown.close();
});
