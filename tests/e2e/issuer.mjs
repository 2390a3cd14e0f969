// A real OpenID provider on loopback, the only issuer in this project. It lies where Entra's lies,
// at /{tenant}/v2.0, and gives tokens of Entra's shape or, without `entra`, plain RFC 9068 ones.
// By hand:  node issuer.mjs --port 7073 --resource http://127.0.0.1:7071/mcp
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Provider from 'oidc-provider';
import { entraClaims, people, tenant } from './people.mjs';
import { providerSettings } from './issuer_settings.mjs';
import { answerInteraction } from './issuer_pages.mjs';
import { SigningKey } from './signing_keys.mjs';

export class Issuer {
  #server;
  #provider;
  #handle;
  #key;  // the provider's own
  #testKeys;

  /** Options: `port` (0: any), `entra`, `registration` (dynamic), `tokenSeconds`. */
  static async start(options = {}) {
    const issuer = new Issuer();
    Object.assign(issuer, { entra: false, registration: false, tokenSeconds: 3600, ...options });
    issuer.resources = new Map();
    issuer.requests = [];
    await issuer.#listen(options.port ?? 0);
    issuer.rotate();
    return issuer;
  }

  /** Gives tokens for `resource` from now on, with that audience in them. */
  serve(resource, audience = resource) { this.resources.set(resource, audience); }

  /** New keys for everything; what the old ones signed is no longer good. */
  rotate() {
    this.#key = new SigningKey(this.#keyIssuer());
    this.#testKeys = {
      '1.0': new SigningKey('https://sts.windows.net/{tenantid}/'),
      '2.0': new SigningKey(this.#keyIssuer()),
    };
    this.#provider = new Provider(this.url, providerSettings(this, this.#key));
    this.#provider.on('server_error', (_, error) => console.error(error));
    this.#handle = this.#provider.callback();
  }

  /** An access token for `person` that the provider itself can't give: signed by a key of its set. */
  mint(person, { change = (claims) => claims, header, ...options } = {}) {
    const claims = change(entraClaims(person, { issuer: this.url, ...options }));
    return this.#testKeys[claims.ver ?? '2.0'].sign(claims, header);
  }

  /** Nobody answers there any more, until `resume`. */
  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async resume() { await this.#listen(Number(new URL(this.url).port)); }

  async #listen(port) {
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${this.#server.address().port}/${tenant}/v2.0`;
  }

  #keyIssuer() { return this.entra ? this.url.replace(tenant, '{tenantid}') : undefined; }

  #answer(request, response) {
    const { pathname } = new URL(this.url);
    this.requests.push(`${request.method} ${request.url.split('?')[0]}`);
    if (!request.url.startsWith(`${pathname}/`)) return response.writeHead(404).end();
    const path = request.url.slice(pathname.length);
    if (path === '/keys') return this.#answerKeys(response);
    request.originalUrl = request.url;  // as express tells the provider where it is mounted
    request.url = path;
    if (!path.startsWith('/interaction/')) return this.#handle(request, response);
    return answerInteraction(this.#provider, request, response).catch((error) => {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end(`${error.name}: ${error.message}`);
    });
  }

  #answerKeys(response) {
    const keys = [this.#key, ...Object.values(this.#testKeys)].map((key) => key.publicJwk());
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys }));
  }
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string' }, resource: { type: 'string', multiple: true } } });
  const issuer = await Issuer.start({ port: Number(values.port ?? 0), registration: true });
  for (const resource of values.resource ?? []) issuer.serve(resource);
  console.log(`issuer ready on ${issuer.url} for ${Object.keys(people).join(', ')}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
