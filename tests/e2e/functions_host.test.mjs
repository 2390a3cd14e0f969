// The package behind a stand-in for the Azure Functions host, started by its own host.json with the
// settings that Terraform makes. Only where Azure itself would be asked is it pointed at this machine.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { auditPairs, secret } from './canaries.mjs';
import { edit, FunctionsPlatform, seenFrom, severity, unpackPackage } from './functions_platform.mjs';
import { freePort } from './harness.mjs';
import { appId, tenant } from './people.mjs';
import { Program, root } from './program.mjs';
import { ask, callTool, Scene } from './scene.mjs';
import { connect, SignIn, wires } from './sign_in_client.mjs';
import { startTokenService } from './token_service.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const longestTrace = 32_768; // of a message in Application Insights
let scene;
let unpacked;
let app;    // the folder of the one that most of this is about
let platform;
let first;  // what the platform's first look at it got
let url;
const telemetry = [];

/** Takes what is sent to Application Insights. */
async function startIngestion() {
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part)).on('end', () => {
      telemetry.push(...Buffer.concat(parts).toString().split('\n').filter(Boolean));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"itemsReceived":1,"itemsAccepted":1,"errors":[]}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => { server.closeAllConnections(); server.close(); },
  };
}

function settings(publicUrl, ingestion, tokens) {
  return {
    ADOMCP_PUBLIC_URL: publicUrl,
    ADOMCP_AUTH_MODE: 'bearer',
    ADOMCP_CLIENT_ID: appId,
    ADOMCP_STATE_CONTAINER: 'https://127.0.0.1:9/adomcp', // for confirmed starts alone: none is made here
    APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${randomUUID()};IngestionEndpoint=${ingestion}`,
    AZURE_TENANT_ID: tenant,
    AZURE_MI_CLIENT_ID: randomUUID(),
    AZURE_DEVOPS_ORG: 'contoso',
    AZURE_DEVOPS_PROJECT: 'Payments',
    AZURE_DEVOPS_PROJECTS: 'Payments,Platform',
    LOG_LEVEL: 'info',
    ...tokens,
  };
}

/** The unpacked app is for contoso in the simulator, and for the tests' issuer. */
function pointAtThisMachine(app, { issuer, simulator }) {
  const urls = { dev: '', vsrm: '/vsrm', vstmr: '/vstmr', vssps: '/vssps' };
  const base = Object.entries(urls).map(([name, where]) => `${name}: "${simulator}${where}"`).join(', ');
  edit(path.join(app, 'config/azure.yaml'), [
    ['    - name: ${AZURE_DEVOPS_ORG}\n', `    - name: \${AZURE_DEVOPS_ORG}\n      base_urls: { ${base} }\n`],
    ['  tenant_id: ${AZURE_TENANT_ID}\n', `  tenant_id: \${AZURE_TENANT_ID}\n  issuer: ${issuer}\n`],
  ]);
}

before(async () => {
  unpacked = unpackPackage();
  app = await unpacked.app();
  scene = await Scene.open({ entra: true });
  const tokens = scene.owns(await startTokenService(scene.simulator));
  const ingestion = scene.owns(await startIngestion());
  platform = scene.owns(await FunctionsPlatform.open(app));
  pointAtThisMachine(app, { issuer: scene.issuer.url, simulator: scene.simulator.base });
  url = `${platform.url}/mcp`;
  scene.issuer.serve(url, appId);
  first = await platform.start(settings(platform.url, ingestion.url, tokens.environment));
  await platform.handler.match(/adomcp ready on/);
});
after(async () => {
  await scene?.close();
  unpacked?.remove();
});

const minted = (person, options = {}) => secret(scene.issuer.mint(person, options));

test('host.json says what the platform understands, and nothing else', () => {
  const { version, configurationProfile, customHandler, logging, ...rest } = platform.hostJson;
  assert.deepEqual(rest, {});
  assert.equal(version, '2.0');
  // It proxies whole requests, streams answers, and routes every path here without a prefix.
  assert.equal(configurationProfile, 'mcp-custom-handler');
  const { description, http, ...handler } = customHandler;
  // Without `port` the platform takes a free one and says which.
  assert.deepEqual(handler, {});
  assert.deepEqual(http, { DefaultAuthorizationLevel: 'anonymous' });
  assert.deepEqual(Object.keys(description).sort(), ['arguments', 'defaultExecutablePath']);
  assert.ok(existsSync(path.join(app, description.defaultExecutablePath)));
  for (const argument of description.arguments.filter((each) => each.includes('/'))) {
    assert.ok(existsSync(path.join(app, argument)), argument);
  }
  assert.equal(logging.applicationInsights.samplingSettings.isEnabled, false);
});

test('local.settings.json.example sets every variable that the configuration needs', () => {
  const { Values: values } = JSON.parse(readFileSync(path.join(app, 'local.settings.json.example'), 'utf8'));
  const text = readFileSync(path.join(app, 'config/azure.yaml'), 'utf8').replace(/#.*/g, '');
  for (const [, name] of text.matchAll(/\$\{([A-Z_]+)\}/g)) assert.ok(name in values, name);
});

test('only the loader needs to keep its run bit, as publishing may drop the others', () => {
  const bits = (file) => statSync(path.join(app, file)).mode & 0o111;
  assert.notEqual(bits('lib/ld-linux-x86-64.so.2'), 0);
  assert.notEqual(bits('bin/adomcp'), 0);
  execFileSync('chmod', ['a-x', 'bin/adomcp'], { cwd: app });
  const said = execFileSync('lib/ld-linux-x86-64.so.2', ['--library-path', 'lib', 'bin/adomcp', 'version'], { cwd: app });
  execFileSync('chmod', ['a+x', 'bin/adomcp'], { cwd: app });
  assert.match(said.toString(), /^adomcp \d/);
});

test('it runs on nothing but its own libraries', () => {
  const maps = readFileSync(`/proc/${platform.handler.child.pid}/maps`, 'utf8');
  const files = new Set(maps.split('\n').map((line) => line.split(/\s+/)[5]).filter((file) => /\.so(\.|$)/.test(file ?? '')));
  assert.ok(files.size > 10, [...files].join(' '));
  const plugins = path.join(app, 'plugins');
  const shipped = new Set(readdirSync(plugins).map((name) => sha256(readFileSync(path.join(plugins, name)))));
  for (const file of files) {
    // A plugin is loaded from the host's own copy of it, which is named after what is in it.
    const copy = /^\/tmp\/adomcp-\w+\/\w+-([0-9a-f]{64})\.so$/.exec(file)?.[1];
    assert.ok(copy ? shipped.has(copy) : file.startsWith(`${app}/`), file);
  }
});

test('the first look at / was answered with 200', () => {
  assert.equal(first.status, 200);
  assert.match(first.text, /^adomcp /);
});

test('/ is answered at once while Azure DevOps and the identity hang', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const other = await unpacked.app();
  const alone = await FunctionsPlatform.open(other);
  const nowhere = `http://127.0.0.1:${silent.address().port}`;
  try {
    pointAtThisMachine(other, { issuer: scene.issuer.url, simulator: nowhere });
    const { status } = await alone.start(settings(alone.url, nowhere, { IDENTITY_ENDPOINT: `${nowhere}/msi/token`, IDENTITY_HEADER: 'x' }));
    assert.equal(status, 200);
    assert.ok(!alone.handler.lines.stderr.some((line) => /adomcp ready/.test(line)), 'it had nothing to wait for, so this proves nothing');
  } finally {
    silent.closeAllConnections();
    silent.close();
    await alone.stop();
  }
});

for (const wire of Object.values(wires)) {
  test(`${wire.label}: a session through the platform, signed in as a client does it`, async () => {
    const client = await connect(wire, url, new SignIn('bob', scene.issuer.url));
    const { tools } = await client.listTools();
    assert.equal(tools.length, 7);
    const answer = await client.callTool({ name: 'get_run_failure_logs', arguments: { project: 'Payments', run_id: 4711 } });
    assert.notEqual(answer.isError, true, answer.content?.[0]?.text);
    assert.equal(answer.structuredContent.run.id, 4711);
    await client.close();
  });
}

test('without a token: 401, and the address to sign in at is the public one', async () => {
  const answer = await ask(url, 'tools/list');
  assert.equal(answer.status, 401);
  const metadata = /resource_metadata="([^"]+)"/.exec(answer.headers.get('www-authenticate'))[1];
  assert.ok(metadata.startsWith(platform.url), metadata);
  assert.equal((await (await fetch(metadata)).json()).resource, url);
});

test('the platform\'s own paths do not reach the host; /mcp and the health pages do', async () => {
  assert.equal((await ask(`${platform.url}/runtime/webhooks/mcp`, 'tools/list', { token: minted('bob') })).status, 404);
  assert.equal((await fetch(`${platform.url}/api/health`)).status, 200);
  assert.equal((await fetch(url)).status, 405);
});

test('the audit has the address that the platform saw, not the one that a client claims', async () => {
  const token = minted('bob');
  await callTool(url, 'list_pipeline_runs', { project: 'Payments', top: 1 }, { token, headers: { 'X-Forwarded-For': '198.51.100.77' } });
  const { input } = await platform.handler.match(/"event":"finished".*"top":1\b/);
  assert.equal(JSON.parse(input).client_ip, seenFrom);
  assert.ok(!platform.handler.lines.stdout.join('\n').includes('198.51.100.77'));
});

test('this platform streams: what a handler has sent is passed on before it sends the rest', async () => {
  let rest;
  const handler = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    rest = () => response.end('data: 2\n\n');
  }).listen(0, '127.0.0.1');
  await once(handler, 'listening');
  const { port } = platform;
  platform.port = handler.address().port;
  try {
    const reader = (await fetch(url, { method: 'POST', body: '{}' })).body.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, 'data: 1\n\n');
    rest();
    assert.equal((await reader.read()).value, 'data: 2\n\n');
    assert.equal((await reader.read()).done, true);
  } finally {
    platform.port = port;
    handler.close();
  }
});

test('SIGTERM: the call that runs is answered, then it ends with 0', async () => {
  const fault = { match: '/build/builds', method: 'GET', kind: 'slow', delay_ms: 250, times: 1 };
  const set = await fetch(`${scene.simulator.base}/_faults`, { method: 'POST', body: JSON.stringify(fault) });
  assert.ok(set.ok, await set.text());
  const known = (await scene.simulator.requests()).length;
  const running = callTool(url, 'list_pipeline_runs', { project: 'Payments' }, { token: minted('bob') });
  const asked = async () => (await scene.simulator.requests()).slice(known).some((each) => each.path.includes('/build/builds'));
  const end = Date.now() + 10_000;
  while (!await asked()) assert.ok(Date.now() < end, 'the call never reached Azure DevOps');
  const ended = platform.stopHandler();
  const answer = await running;
  assert.notEqual(answer.isError, true, answer.content?.[0]?.text);
  assert.deepEqual(await ended, { code: 0, signal: null });
});

test('standard output is JSON, a line each, which Application Insights takes whole', () => {
  const { stdout } = platform.handler.lines;
  const records = stdout.map((line) => JSON.parse(line));
  assert.ok(auditPairs(records).length >= 4);
  for (const line of stdout) {
    assert.ok(line.length < longestTrace, `${line.length} characters`);
    assert.ok(!line.startsWith('LanguageWorkerConsoleLog'), 'the platform takes that for its own');
  }
});

test('the platform rates no line of a good session as an error', () => {
  const { stderr } = platform.handler.lines;
  assert.ok(stderr.length > 0);
  assert.deepEqual(stderr.filter((line) => severity(line) === 'Error'), []);
});

test('Application Insights got a record of each call', () => {
  const finished = auditPairs(platform.handler.lines.stdout.map((line) => JSON.parse(line)));
  const all = telemetry.join('\n');
  for (const { call_id: call } of finished) assert.ok(all.includes(call), `${call} was not sent`);
});

const func = spawnSync('func', ['--version']).status === 0;
test('func start serves the package', { skip: func ? false : 'the Azure Functions Core Tools (func) are not installed' }, async () => {
  const other = await unpacked.app();
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const local = JSON.parse(readFileSync(path.join(other, 'local.settings.json.example'), 'utf8'));
  local.Values.ADOMCP_PUBLIC_URL = base;
  writeFileSync(path.join(other, 'local.settings.json'), JSON.stringify(local));
  const running = new Program('env', ['-C', other, 'func', 'start', '--port', String(port)]);
  try {
    await running.match(/adomcp ready on/);
    assert.equal((await fetch(`${base}/api/health`)).status, 200);
  } finally {
    await running.stop();
  }
});

test('the documents name the commands that publish it', () => {
  const text = readFileSync(path.join(root, 'infra/README.md'), 'utf8');
  for (const command of ['func start', 'func azure functionapp publish NAME --custom']) assert.ok(text.includes(command), command);
});
