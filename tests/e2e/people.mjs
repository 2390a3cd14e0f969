// The people of the tests and of ./dev run --sign-in, and the claims that Entra would give them.
import { createHash, randomUUID } from 'node:crypto';

export const tenant = '5f0b3c1e-6a41-4d0e-8c52-1b7d9e2a4f60';
export const appId = '0c6f8a52-93d1-4b7e-a1f4-7e2d5b90c318';
export const operatorsGroup = 'b7a1d9c4-2e58-4f36-9d07-c3e81f6a5b24';
/** Entra's own id for VS Code, with the addresses it listens on. */
export const vsCode = {
  client_id: 'aebc6443-996d-45c2-90f0-388ff96faa56',
  redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
};
export const testClient = {
  client_id: '9d2e7b16-4c80-4a3f-b5d9-60f1a8c7e342',
  redirect_uris: ['http://127.0.0.1/callback'],
};

/** An operator by group, a reader by role, and an outsider who may sign in and no more. */
export const people = {
  ada: { oid: 'a0000000-7c3d-4e19-8f52-d6b1e94c2a01', name: 'Ada Lovelace', groups: [operatorsGroup], roles: [] },
  bob: { oid: 'b0000000-7c3d-4e19-8f52-d6b1e94c2a02', name: 'Bob Cratchit', groups: [], roles: ['reader'] },
  eve: { oid: 'e0000000-7c3d-4e19-8f52-d6b1e94c2a03', name: 'Eve Outsider', groups: [], roles: [] },
};

const now = () => Math.floor(Date.now() / 1000);

/** Entra's claims table for an access token of `id` (a key of `people`), version '1.0' or '2.0'. */
export function entraClaims(id, { version = '2.0', issuer, audience = appId, client = testClient.client_id,
  scope = 'access_as_user', seconds = 3600 }) {
  const { oid, name, groups, roles } = people[id];
  const mail = `${id}@contoso.example`;
  const byVersion = version === '1.0'
    ? { iss: `https://sts.windows.net/${tenant}/`, appid: client, appidacr: '0', upn: mail, unique_name: mail }
    : { iss: issuer, azp: client, azpacr: '0', preferred_username: mail };
  return {
    aud: audience, iat: now(), nbf: now(), exp: now() + seconds, ...byVersion, name, oid, tid: tenant,
    sub: createHash('sha256').update(`${audience} ${oid}`).digest('base64url'), uti: randomUUID(), ver: version,
    ...(scope ? { scp: scope } : {}), ...(groups.length ? { groups } : {}), ...(roles.length ? { roles } : {}),
  };
}

/** What Entra puts in place of more than 200 groups. */
export function overage(claims) {
  const { groups: _, ...rest } = claims;
  const endpoint = `https://graph.microsoft.com/v1.0/users/${claims.oid}/getMemberObjects`;
  return { ...rest, _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } };
}
