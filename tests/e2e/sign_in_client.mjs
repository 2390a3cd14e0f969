// Signs a person in the way an editor does: an OAuth client of the official packages, and a browser
// that follows redirects and keeps cookies.
import { createHash, randomBytes } from 'node:crypto';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UnauthorizedError as LegacyUnauthorized } from '@modelcontextprotocol/sdk/client/auth.js';
import {
  Client as ModernClient, StreamableHTTPClientTransport as ModernTransport, UnauthorizedError as ModernUnauthorized,
} from '@modelcontextprotocol/client';
import { secret } from './canaries.mjs';
import { testClient } from './people.mjs';

/** Opens `url` and gives the address it was sent back to, which begins with `until`. */
async function browse(url, until) {
  const cookies = new Map();
  for (let hops = 0; hops < 12; ++hops) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value) cookies.set(name, value); else cookies.delete(name);
    }
    const location = answer.headers.get('location');
    if (!location) throw new Error(`the browser got ${answer.status} from ${url.pathname}: ${await answer.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(until)) return url;
  }
  throw new Error('the browser was sent around in circles');
}

/** What an editor remembers of one person's sign-in; an OAuthClientProvider of both packages. */
export class SignIn {
  redirectUrl = 'http://127.0.0.1:18999/callback';
  seen = [];  // authorization requests, as sent to the browser

  /** `registers`: without an id of its own, so that it registers itself. */
  constructor(person, issuer, { registers = false } = {}) {
    Object.assign(this, { person });
    this.client = registers ? undefined : { client_id: testClient.client_id, issuer };
  }

  clientMetadata = {
    client_name: 'e2e', redirect_uris: [this.redirectUrl], token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
  };
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.kept; }
  saveTokens(tokens) {
    this.kept = tokens;
    for (const name of ['access_token', 'refresh_token', 'id_token']) secret(tokens[name]);
  }
  saveCodeVerifier(verifier) { this.verifier = secret(verifier); }
  codeVerifier() { return this.verifier; }
  discoveryState() { return this.discovered; }
  saveDiscoveryState(state) { this.discovered = state; }
  async redirectToAuthorization(url) {
    this.seen.push(Object.fromEntries(url.searchParams));
    url.searchParams.set('login_hint', this.person);
    this.callback = (await browse(url, this.redirectUrl)).searchParams;
    secret(this.callback.get('code'));
  }
}

const info = { name: 'adomcp-e2e', version: '1' };

/** The two wires: how a client of each is made, and how it ends a sign-in. */
export const wires = {
  legacy: {
    label: 'sdk 1.x, 2025-11-25',
    client: () => new LegacyClient(info),
    transport: (url, options) => new LegacyTransport(new URL(url), options),
    finish: (transport, callback) => transport.finishAuth(callback.get('code')),
    refused: LegacyUnauthorized,
  },
  modern: {
    label: 'client 2.x, 2026-07-28',
    client: () => new ModernClient(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    transport: (url, options) => new ModernTransport(new URL(url), options),
    finish: (transport, callback) => transport.finishAuth(callback),
    refused: ModernUnauthorized,
  },
};

/** A connected client of `wire` for `signIn`, who is sent to the browser when the server wants that. */
export async function connect(wire, url, signIn, headers = {}) {
  const options = { authProvider: signIn, requestInit: { headers } };
  const first = wire.transport(url, options);
  const client = wire.client();
  try {
    await client.connect(first);
    return client;
  } catch (error) {
    if (!(error instanceof wire.refused) || !signIn.callback) throw error;
    await wire.finish(first, signIn.callback);
  }
  const again = wire.client();
  await again.connect(wire.transport(url, options));
  return again;
}

/** A person's access token without asking any MCP server, for requests that are made by hand. */
export async function accessToken(issuer, person, resource, scope = 'access_as_user') {
  const verifier = secret(randomBytes(32).toString('base64url'));
  const { client_id, redirect_uris: [redirect_uri] } = testClient;
  const url = new URL(`${issuer}/auth`);
  url.search = new URLSearchParams({
    response_type: 'code', client_id, redirect_uri, resource, scope, login_hint: person,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  const back = (await browse(url, redirect_uri)).searchParams;
  if (back.has('error')) throw new Error(`no sign-in: ${back.get('error')}`);
  const code = secret(back.get('code'));
  const body = new URLSearchParams({ grant_type: 'authorization_code', client_id, redirect_uri, code, code_verifier: verifier, resource });
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`no token: ${await answer.text()}`);
  return secret((await answer.json()).access_token);
}
