// The Blob service's own emulator, over TLS and with tokens, as the host wants it.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { secret } from './canaries.mjs';
import { Program, root } from './program.mjs';

const main = path.join(root, 'tests/e2e/node_modules/azurite/dist/src/blob/main.js');

/** azurite reads a token's claims and knows nobody's keys. */
function storageToken() {
  const [tenant, now] = [randomUUID(), Math.floor(Date.now() / 1000)];
  const claims = {
    aud: 'https://storage.azure.com', iss: `https://sts.windows.net/${tenant}/`, tid: tenant, oid: randomUUID(),
    iat: now - 60, nbf: now - 60, exp: now + 3600, ver: '1.0',
  };
  const encoded = [{ typ: 'JWT', alg: 'RS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return secret([...encoded, Buffer.from(randomUUID()).toString('base64url')].join('.'));
}

function makeCertificate(folder) {
  const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => path.join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  return { certificate, key };
}

export async function startAzurite() {
  const folder = mkdtempSync(path.join(tmpdir(), 'adomcp-azurite-'));
  const { certificate, key } = makeCertificate(folder);
  const program = new Program(process.execPath, [main, '--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence',
    '--skipApiVersionCheck', '--disableTelemetry', '--oauth', 'basic', '--cert', certificate, '--key', key]);
  const stop = async () => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [, base] = await program.match(/successfully listens on (https:\S+)/);
    return {
      /** `state.store` for a container of its own, and what a host needs in its environment for it. */
      store: () => ({ blob: `${base}/devstoreaccount1/state-${randomUUID()}`, environment: { variable: 'STATE_TOKEN', scheme: 'bearer' } }),
      environment: { STATE_TOKEN: storageToken(), SSL_CERT_FILE: certificate },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
