// Runs the official conformance suite, strictly: a warning counts as a failure, and so does a scenario that did not run.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Program, root } from './program.mjs';

const suite = path.join(root, 'tests/e2e/node_modules/@modelcontextprotocol/conformance/dist/index.js');
const version = (revision) => ['--suite', 'all', '--spec-version', revision];
const required = (revision) => ['--requirements', revision];

/** The runs by name, each a list of command lines. */
export const runs = {
  '2025-06-18': [version('2025-06-18')],
  '2025-11-25': [version('2025-11-25')],
  '2026-07-28': [version('2026-07-28')],
  'required-2025-11-25': [required('2025-11-25')],
  'required-2026-07-28': [required('2026-07-28')],
  tasks: ['lifecycle', 'capability-negotiation', 'wire-fields', 'request-state-removal', 'mrtr-input', 'request-headers',
    'dispatch-and-envelope', 'status-notifications', 'required-task-error', 'mrtr-composition']
    .map((scenario) => ['--scenario', `tasks-${scenario}`]),
};

async function command(args) {
  const program = new Program(process.execPath, [suite, ...args]);
  const { code } = await program.ended;
  return { code, text: [...program.lines.stdout, ...program.lines.stderr].join('\n') };
}

/** The names of the scenarios that a run has to run. */
async function scenarios(args) {
  if (args[0] === '--scenario') return [args[1]];
  const { text } = await command(['list', '--server', ...args.slice(-2)]);
  const [, ofServers] = /^Server scenarios.*\n((?: {2}- .*\n?)+)/m.exec(text);
  return [...ofServers.matchAll(/^ {2}- (\S+)(?!.*\[extension\])/gm)].map(([, name]) => name);
}

function checksIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const [, scenario] = /^server-(.+?)-\d{4}-\d\d-\d\dT/.exec(name) ?? [];
    const checks = JSON.parse(readFileSync(path.join(folder, name, 'checks.json'), 'utf8'));
    return checks.map((check) => ({ scenario, ...check }));
  });
}

/** What one command line of a run gave: {counts, wrong}, where `wrong` is empty when all is good. */
export async function runSuite(url, args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'adomcp-conformance-'));
  try {
    const baseline = path.join(folder, 'empty.yaml');
    const out = path.join(folder, 'out');
    writeFileSync(baseline, 'server: []\n');
    const { code, text } = await command(['server', '--url', url, ...args, '--expected-failures', baseline, '-o', out]);
    const checks = checksIn(out);
    const counts = { SUCCESS: 0, SKIPPED: 0, INFO: 0, WARNING: 0, FAILURE: 0 };
    for (const { status } of checks) counts[status] = (counts[status] ?? 0) + 1;
    const wrong = checks.filter(({ status }) => !['SUCCESS', 'SKIPPED', 'INFO'].includes(status))
      .map(({ scenario, id, status, errorMessage }) => `${status} ${scenario} ${id}: ${errorMessage ?? 'no reason given'}`);
    const ran = new Set(checks.map(({ scenario }) => scenario));
    for (const name of await scenarios(args)) if (!ran.has(name)) wrong.push(`${name} did not run`);
    if (code !== 0) wrong.push(`the suite ended with ${code}:\n${text.slice(-2000)}`);
    return { counts, wrong, scenarios: ran.size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
