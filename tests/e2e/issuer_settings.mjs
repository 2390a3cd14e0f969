// How oidc-provider is set up: PKCE for public clients, JWT access tokens for named resources.
import { randomBytes } from 'node:crypto';
import { errors, interactionPolicy } from 'oidc-provider';
import { appId, entraClaims, people, testClient, vsCode } from './people.mjs';

const day = 24 * 3600;
const apiScopes = ['access_as_user', `api://${appId}/access_as_user`];
const scopes = ['openid', 'profile', 'offline_access', ...apiScopes];

/** Who signs in is asked each time, as the people here share one browser; for consent nobody is. */
function askWho() {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  policy.get('consent').checks.remove('native_client_prompt');
  policy.get('login').checks.add(new Check('always_ask', 'who are you?', (ctx) => !ctx.oidc.result?.login));
  return policy;
}

/** Consent is given beforehand: the application is this organisation's own. */
async function grantAll(ctx) {
  const { client, session, provider, resourceServers } = ctx.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(scopes.join(' '));
  for (const resource of Object.keys(resourceServers ?? {})) grant.addResourceScope(resource, apiScopes.join(' '));
  await grant.save();
  return grant;
}

/** The provider's claims as they are, with who it is added; or Entra's, which replace them. */
function shape(issuer, token, jwt) {
  const person = people[token.accountId];
  if (!issuer.entra) {
    const { oid, name, groups, roles } = person;
    Object.assign(jwt.payload, { oid, name, groups, roles, preferred_username: `${token.accountId}@contoso.example` });
    return;
  }
  const { iss, aud, client_id: client, scope, iat, exp } = jwt.payload;
  jwt.header = { typ: 'JWT' };
  jwt.payload = entraClaims(token.accountId, {
    issuer: iss, audience: aud, client, scope: scope.split(' ').map((each) => each.split('/').at(-1)).join(' '), seconds: exp - iat,
  });
}

export function providerSettings(issuer, key) {
  const { pathname } = new URL(issuer.url);
  const client = { application_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] };
  return {
    clients: [vsCode, testClient].map((each) => ({ ...client, ...each })),
    clientDefaults: client,
    clientBasedCORS: () => false,
    cookies: { keys: [randomBytes(32).toString('hex')] },
    jwks: { keys: [key.privateJwk()] },
    routes: { jwks: '/keys' },
    scopes,
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, name: people[id].name }) },
    interactions: { policy: askWho(), url: (_, { uid }) => `${pathname}/interaction/${uid}` },
    loadExistingGrant: grantAll,
    issueRefreshToken: (_, { grantTypes }) => grantTypes.includes('refresh_token'),
    renderError: (ctx, { error, error_description: why }) => { ctx.type = 'text/plain'; ctx.body = `${error}: ${why}\n`; },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, IdToken: 3600, RefreshToken: day, Interaction: 600, Session: day, Grant: day },
    formats: { customizers: { jwt: (_, token, jwt) => shape(issuer, token, jwt) } },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: issuer.registration },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, __, oneOf) => oneOf?.[0] ?? [...issuer.resources.keys()][0],
        useGrantedResource: () => true,
        getResourceServerInfo(_, resource) {
          const audience = issuer.resources.get(resource);
          if (!audience) throw new errors.InvalidTarget();
          const sign = { alg: 'RS256', kid: key.kid };
          return { scope: apiScopes.join(' '), audience, accessTokenTTL: issuer.tokenSeconds, accessTokenFormat: 'jwt', jwt: { sign } };
        },
      },
    },
  };
}
