// The page of the MCP App as it is checked in: one document that loads nothing, built from the sources beside it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { built, folder, sourceHash, sources } from '../../plugins/run_app/page/sources.mjs';

const page = readFileSync(built, 'utf8');
const [script] = /<script>[^]*?<\/script>/.exec(page) ?? [''];
const markup = page.replace(script, '').replace(/<style>[^]*?<\/style>/, '');
const [style] = /<style>[^]*?<\/style>/.exec(page) ?? [''];

/** Whether it is there is told, not the whole page. */
const without = (text, what) => assert.ok(!what.test(text), `it holds ${what.exec(text)?.[0]}`);

/** Bytes. It is read anew for each conversation that shows a run. */
const largest = 320 * 1024;

test('one HTML5 document with a language, a title and a viewport', () => {
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.match(page, /<title>[^<]+<\/title>/);
  assert.match(page, /<meta name="viewport"/);
  assert.match(page, /<meta charset="utf-8">/);
  for (const each of ['html', 'head', 'body', 'script', 'style', 'title']) {
    assert.equal(page.match(new RegExp(`<${each}[ >]`, 'g'))?.length, 1, each);
  }
});

test('it loads nothing', () => {
  for (const element of ['link', 'img', 'iframe', 'object', 'embed', 'base', 'form', 'audio', 'video', 'source', 'a']) {
    without(markup, new RegExp(`<${element}[ >]`));
  }
  without(markup, /\s(src|href|srcset|action|on\w+)\s*=/);
  without(style, /url\(|@import/);
  for (const how of [/\bfetch\(/, /XMLHttpRequest/, /new WebSocket/, /new EventSource/, /sendBeacon/, /importScripts/, /\bimport\(/, /new Worker/, /serviceWorker/]) {
    without(script, how);
  }
});

test('no text becomes code or HTML', () => {
  for (const how of [/\beval\(/, /new Function\b/, /=Function[;,]/, /document\.write/, /insertAdjacentHTML/, /outerHTML=/]) without(script, how);
  for (const file of sources().filter((each) => /\.tsx?$/.test(each))) without(readFileSync(path.join(folder, file), 'utf8'), /innerHTML|srcdoc|eval\(|\bas any\b/i);
});

test(`at most ${largest} bytes`, () => assert.ok(Buffer.byteLength(page) <= largest, `${Buffer.byteLength(page)} bytes`));

test('it tells nothing of the machine that built it', () => without(page, /sourceMappingURL|\/(home|root|tmp|work)\//));

test('it was built from the sources beside it', () => {
  const [, hash] = /<meta name="adomcp-sources" content="([0-9a-f]{64})">/.exec(page) ?? [];
  assert.equal(hash, sourceHash(), 'build it: cd plugins/run_app/page && npm ci && npm run build');
});
