// Plays App Service's EasyAuth in front of the host: checks the token, says who it is in X-MS-*
// headers, passes Authorization on, and lets nobody outside set those headers. Without a token it
// lets the request through (`AllowAnonymous`), so that the host can say how to sign in.
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';

const longNames = {
  oid: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
  tid: 'http://schemas.microsoft.com/identity/claims/tenantid',
  scp: 'http://schemas.microsoft.com/identity/claims/scope',
  roles: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
};

/** The claims of a token that the issuer's keys signed, else undefined. */
async function verified(token, issuer) {
  const [header, claims, signature] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url'));
  const { keys } = await (await fetch(`${issuer.url}/keys`)).json();
  const key = keys.find((each) => each.kid === kid);
  const good = key && verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'));
  return good ? JSON.parse(Buffer.from(claims, 'base64url')) : undefined;
}

/** The headers that EasyAuth adds for `claims`; Azure uses the long claim names or the short ones. */
export function principalHeaders(claims, { long = true } = {}) {
  const list = Object.entries(claims).flatMap(([name, value]) => [value].flat()
    .map((each) => ({ typ: (long && longNames[name]) || name, val: String(each) })));
  const principal = { auth_typ: 'aad', claims: list, name_typ: 'name', role_typ: longNames.roles };
  return {
    'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
    'x-ms-client-principal-id': claims.oid,
    'x-ms-client-principal-name': claims.preferred_username ?? claims.upn,
    'x-ms-client-principal-idp': 'aad',
  };
}

export class EasyAuthProxy {
  #server;

  /** `change` may alter the headers on their way, for what Azure would never send. */
  static async start(issuer, change = (headers) => headers) {
    const proxy = new EasyAuthProxy();
    Object.assign(proxy, { issuer, change });
    proxy.#server = createServer((request, response) => proxy.#pass(request, response)).listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }

  /** Where requests go. */
  to(port) { this.port = port; }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request, response) {
    const outside = Object.entries(request.headers).filter(([name]) => !name.startsWith('x-ms-'));
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const claims = token && await verified(token, this.issuer).catch(() => undefined);
    if (token && !claims) return response.writeHead(401).end();
    const headers = this.change({ ...Object.fromEntries(outside), ...(claims ? principalHeaders(claims) : {}) });
    const { method, url: path } = request;
    const onward = httpRequest({ host: '127.0.0.1', port: this.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    return request.pipe(onward);
  }
}
