// Whether what a server sends is valid by the specification's own JSON schemas, one for each revision. They lie in
// ../shared/data/mcp-schema beside the checkout, where that folder exists.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { root } from './program.mjs';

export const revisions = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];
const folder = process.env.MCP_SCHEMA_DIR ?? path.join(root, '../shared/data/mcp-schema');

/** Why nothing can be checked here; undefined when everything can. */
export const missingSchemas = revisions.every((revision) => existsSync(path.join(folder, `${revision}.json`)))
  ? undefined : `no frame is checked: ${folder} has not the schemas of ${revisions.join(', ')}`;

/** One revision's schema, and which of its definitions a frame must fit. */
class Revision {
  #ajv;
  #id;
  #section;
  #validators = new Map();
  #byMethod = new Map(); // of requests and notifications
  #byCode = new Map(); // of errors
  #definitions;

  constructor(revision) {
    const schema = JSON.parse(readFileSync(path.join(folder, `${revision}.json`), 'utf8'));
    this.#section = schema.$defs ? '$defs' : 'definitions';
    this.#definitions = schema[this.#section];
    mendNumbers(this.#definitions.NumberSchema);
    const options = { strict: false, allErrors: true };
    this.#ajv = schema.$defs ? new Ajv2020(options) : new Ajv(options);
    addFormats.default(this.#ajv);
    this.#ajv.addFormat('byte', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
    this.#id = `mcp:${revision}`;
    this.#ajv.addSchema({ ...schema, $id: this.#id });
    for (const [name, { properties = {} }] of Object.entries(this.#definitions)) {
      if (properties.method?.const) this.#byMethod.set(properties.method.const, name);
      for (const part of properties.error?.allOf ?? []) {
        if (part.properties?.code?.const) this.#byCode.set(part.properties.code.const, name);
      }
    }
  }

  /** What is wrong with one frame; `method` is of the request it answers, when it answers one. */
  faults(frame, method) {
    if (frame === null || typeof frame !== 'object' || Array.isArray(frame)) return ['is no JSON-RPC message'];
    if (typeof frame.method === 'string') {
      const known = this.#byMethod.get(frame.method);
      if (!known) return isTask(frame.method) ? this.#fit('JSONRPCNotification', frame) : [`${frame.method} is not of this revision`];
      return this.#fit(known, frame);
    }
    if ('error' in frame) return this.#fit(this.#byCode.get(frame.error?.code) ?? this.#one('JSONRPCErrorResponse', 'JSONRPCError'), frame);
    if (!('result' in frame)) return ['is no request, notification, result or error'];
    return [...this.#fit(this.#one('JSONRPCResultResponse', 'JSONRPCResponse'), frame), ...this.#fitResult(frame.result, method)];
  }

  #fitResult(result, method) {
    if (result?.resultType === 'task' || isTask(method)) return this.#fit('Result', result); // an extension's, in no schema
    if (result?.resultType === 'input_required') return this.#fit('InputRequiredResult', result);
    const request = this.#byMethod.get(method);
    const name = request?.replace(/Request$/, 'Result');
    return this.#fit(name in this.#definitions ? name : 'EmptyResult', result);
  }

  #one(...names) { return names.find((name) => name in this.#definitions); }

  #fit(name, value) {
    if (!this.#validators.has(name)) this.#validators.set(name, this.#ajv.compile({ $ref: `${this.#id}#/${this.#section}/${name}` }));
    const validate = this.#validators.get(name);
    if (validate(value)) return [];
    return validate.errors.slice(0, 6).map((error) => `${name}${error.instancePath}: ${error.message}`);
  }
}

const isTask = (method) => /^(tasks\/|notifications\/tasks)/.test(method ?? '');

/** 2025-06-18 and 2025-11-25 say `integer` of a number's bounds and default, by a known slip of the generator. */
function mendNumbers(numbers) {
  for (const key of ['minimum', 'maximum', 'default']) {
    if (numbers?.properties[key]?.type === 'integer') numbers.properties[key].type = 'number';
  }
}

const loaded = new Map();

/** What is wrong with `frame` in `revision`; empty when it is valid. */
export function faults(revision, frame, method) {
  if (!revisions.includes(revision)) return [`${revision} is no revision`];
  if (!loaded.has(revision)) loaded.set(revision, new Revision(revision));
  return loaded.get(revision).faults(frame, method);
}
