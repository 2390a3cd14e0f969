// Keys made at start, and tokens signed with them. Nothing here outlives the process.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** One RSA key of a key set. `issuer` is Entra's member of that name: whose tokens it may sign. */
export class SigningKey {
  #pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

  constructor(issuer) {
    const { n } = this.#pair.publicKey.export({ format: 'jwk' });
    this.kid = createHash('sha256').update(n).digest('base64url').slice(0, 27);
    this.issuer = issuer;
  }

  /** As it stands in Entra's key sets: without `alg`. */
  publicJwk() {
    const issuer = this.issuer ? { issuer: this.issuer } : {};
    return { ...this.#pair.publicKey.export({ format: 'jwk' }), use: 'sig', kid: this.kid, ...issuer };
  }

  privateJwk() {
    return { ...this.#pair.privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: this.kid };
  }

  sign(claims, header = {}) {
    const signed = `${base64url({ typ: 'JWT', alg: 'RS256', kid: this.kid, ...header })}.${base64url(claims)}`;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), this.#pair.privateKey).toString('base64url')}`;
  }
}
