// Every secret of a test run is registered here; whatever the host puts out is then searched for them.
import assert from 'node:assert/strict';

const planted = new Set();

/** Registers `text` as something that must show up nowhere, and gives it back. */
export function secret(text) {
  if (typeof text === 'string' && text.length >= 8) planted.add(text);
  return text;
}

/** A JWT is searched for by its parts too, claims and signature. Other secrets may hold dots as well. */
function traces(text) {
  const [, claims, signature] = /^eyJ[^.]+\.([^.]{16,})\.([^.]{16,})$/.exec(text) ?? [];
  return claims ? [text, claims, signature] : [text];
}

/** The names of what holds a secret; `outputs` maps a name to text. Never says the secret itself. */
export function findSecrets(outputs) {
  const found = new Set();
  for (const [name, text] of Object.entries(outputs)) {
    for (const each of planted) if (traces(each).some((trace) => text.includes(trace))) found.add(name);
  }
  return [...found];
}

export function assertNoSecrets(outputs) {
  assert.ok(planted.size > 0, 'no secret was planted, so nothing could be found');
  for (const [name, text] of Object.entries(outputs)) assert.ok(text.length > 0, `${name} is empty, so it proves nothing`);
  assert.deepEqual(findSecrets(outputs), [], 'these hold a secret');
}

/** Each call has exactly one start and then one finish; gives the finished records. */
export function auditPairs(records) {
  const calls = records.filter((record) => record.call_id !== undefined);
  const byCall = Map.groupBy(calls, (record) => record.call_id);
  for (const [id, each] of byCall) assert.deepEqual(each.map((record) => record.event), ['started', 'finished'], id);
  const finished = calls.filter((record) => record.event === 'finished');
  for (const record of finished) assert.ok(record.status, record.call_id);
  return finished;
}

/**
 * Keeps every answer that comes from one of the origins in `watched`, and takes each bearer token
 * that any request carries for a secret. Gives a function for what was kept.
 */
export function recordAnswers(watched) {
  const real = globalThis.fetch;
  const kept = [];
  globalThis.fetch = async (input, init) => {
    const sent = new Headers(init?.headers ?? input.headers);
    secret(/^bearer (.+)$/i.exec(sent.get('authorization') ?? '')?.[1]);
    const answer = await real(input, init);
    const { origin, pathname } = new URL(input.url ?? input);
    if (watched.has(origin)) kept.push({ path: pathname, status: answer.status, headers: answer.headers, text: answer.clone().text() });
    return answer;
  };
  return async () => Promise.all(kept.map(async (each) => ({ ...each, text: await each.text })));
}

/** What `recordAnswers` kept, as outputs for `assertNoSecrets`. */
export function answerTexts(answers) {
  return { answers: answers.map(({ headers, text }) => `${JSON.stringify([...headers])}\n${text}`).join('\n') };
}
