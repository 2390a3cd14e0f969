// What the tests write down for the host: the simulator's organisation, with sign-in.
import { appId, operatorsGroup, tenant } from './people.mjs';

export const rules = [
  { name: 'operators', groups: [operatorsGroup], tools: ['*'], projects: ['*'] },
  { name: 'readers', roles: ['reader'], tools: ['list_*', 'get_*', 'search_*', 'read_*', 'compare_*', 'wait_*'], projects: ['Payments'] },
];

/** `auth` for any OpenID provider, whose tokens are for the server's own address … */
export const oidc = (issuer, publicUrls) => ({
  mode: 'bearer', provider: 'oidc', issuer: issuer.url, scopes: ['access_as_user'],
  audiences: publicUrls.flatMap((url) => [url, `${url}/mcp`, `${url}/runtime/webhooks/mcp`]),
});

/** … and for Entra, whose tokens are for an application. */
export const entra = (issuer, mode = 'bearer') => ({
  mode, provider: 'entra', tenant_id: tenant, issuer: issuer.url, audiences: [appId, `api://${appId}`], scopes: ['access_as_user'],
});

/** The plugin that is off unless configured. */
export const controlPlugin = { id: 'control', library: 'control.so', tools: ['retry_stage', 'cancel_run', 'decide_approval'] };

/**
 * `credentials`: how the host signs in to the organisation; `control`: what may be done to Payments' runs; `state`: what
 * replicas share; `more`: other sections.
 */
export function hostConfig({ simulator, publicUrl, auth, access = { rules }, trigger = { confirm: 'never' }, control,
  credentials = { credential: { environment: { variable: 'E2E_ADO_TOKEN', scheme: 'bearer' } } }, state = {}, more = {} }) {
  const { base } = simulator;
  return {
    server: { public_url: publicUrl, ...more.server },
    auth,
    development: true,
    azure_devops: {
      organizations: [{
        name: 'contoso',
        base_urls: { dev: base, vsrm: `${base}/vsrm`, vstmr: `${base}/vstmr`, vssps: `${base}/vssps` },
        ...credentials,
        projects: [
          { name: 'Payments', trigger: { pipelines: ['*'], branches: ['main', 'release/*'], ...trigger }, ...(control && { control }) },
          { name: 'Platform' },
        ],
      }],
    },
    access,
    state,
    ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'server')),
    audit: { required: 'stdout', sinks: ['stdout', { file: { path: '${ADOMCP_AUDIT_FILE}' } }] },
  };
}
