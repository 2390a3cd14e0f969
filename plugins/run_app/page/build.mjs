// Builds ../run.html: one document with its script and style inside. The same sources give the same bytes.
// Usage: node build.mjs [--check | --analyze]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { analyzeMetafile, build, transform } from 'esbuild';
import { built, folder, sourceHash } from './sources.mjs';

const target = ['chrome123', 'firefox128', 'safari17.5'];

/** Replaces a text that must be there: a newer package that no longer has it stops the build. */
function replaced(file, text, from, to) {
  if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}: look at what build.mjs leaves out`);
  return text.replaceAll(from, to);
}

/**
 * Leaves out what the page doesn't need of its packages: zod's messages in other languages, what writes
 * schemas of its own as JSON schemas, the Function constructor (the page's policy forbids it, and zod
 * goes on without), and the client part of the SDK.
 */
const slim = {
  name: 'slim',
  setup(bundler) {
    const js = (contents) => ({ contents, loader: 'js' });
    bundler.onLoad({ filter: /[/]zod[/]v4[/]locales[/][^/]+[.]js$/ }, ({ path: file }) => {
      if (file.endsWith('/en.js')) return undefined;
      return js(file.endsWith('/index.js') ? 'export { default as en } from "./en.js";' : 'export default () => ({});');
    });
    bundler.onLoad({ filter: /[/]zod[/]v4[/]core[/](util|doc|compile)[.]js$/ }, ({ path: file }) =>
      js(replaced(file, readFileSync(file, 'utf8'), 'const F = Function;', 'const F = class { constructor() { throw new Error("not here"); } };')));
    bundler.onLoad({ filter: /[/]zod[/]v4[/]core[/]json-schema-processors[.]js$/ }, ({ path: file }) => {
      const names = [...readFileSync(file, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
      if (names.length < 30) throw new Error(`${file} has another shape: look at what build.mjs leaves out`);
      return js(names.map((name) => `export const ${name} = () => {};`).join('\n'));
    });
    // A namespace of which only what is used is kept.
    bundler.onLoad({ filter: /[/]ext-apps[/]dist[/]src[/]app[.]js$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const named = /import\{z as ([\w$]+)\}from"zod\/v4"/g;
      if (!named.test(text)) throw new Error(`${file} imports zod otherwise: look at what build.mjs leaves out`);
      return js(text.replace(named, 'import*as $1 from"zod/v4"'));
    });
    bundler.onResolve({ filter: /^@modelcontextprotocol[/]|^[.][/][\w]+-[\w-]+[.]mjs$/ }, async ({ path: name, pluginData, ...rest }) => {
      if (pluginData === slim) return undefined;
      const found = await bundler.resolve(name, { kind: rest.kind, importer: rest.importer, resolveDir: rest.resolveDir, pluginData: slim });
      return { ...found, sideEffects: false };
    });
  },
};

async function script() {
  const result = await build({
    absWorkingDir: folder, entryPoints: ['src/main.tsx'], bundle: true, minify: true, write: false, format: 'iife', target, metafile: true,
    legalComments: 'none', jsx: 'automatic', jsxImportSource: 'preact', charset: 'ascii', plugins: [slim], define: { 'process.env.NODE_ENV': '"production"' },
  });
  if (process.argv.includes('--analyze')) console.log(await analyzeMetafile(result.metafile));
  // Inside a script element these would end it, or open a comment.
  const text = result.outputFiles[0].text.trim().replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
  return { text, holds: holds(result.metafile) };
}

/** Whose work the page holds, by what was bundled. */
function holds({ outputs }) {
  const packages = new Map();
  for (const [file, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))) {
    const [at, name] = /^.*node_modules[/]((?:@[^/]+[/])?[^/]+)/.exec(file) ?? [];
    if (!at || !bytesInOutput || packages.has(name)) continue;
    const { version, license } = JSON.parse(readFileSync(path.join(folder, at, 'package.json'), 'utf8'));
    const text = ['LICENSE', 'LICENSE.md'].map((each) => path.join(folder, at, each)).filter(existsSync).map((each) => readFileSync(each, 'utf8')).join('');
    const [owner] = /^ *Copyright \(c\).*$/im.exec(text) ?? [''];
    packages.set(name, `${name} ${version} (${license})${owner && `, ${owner.trim()}`}`);
  }
  return [...packages.values()].sort().join('\n');
}

async function style() {
  const { code } = await transform(readFileSync(path.join(folder, 'src/style.css'), 'utf8'), { loader: 'css', minify: true, target: ['chrome123'], charset: 'utf8' });
  return code.trim();
}

const page = readFileSync(path.join(folder, 'src/page.html'), 'utf8');
const { text: code, holds: packages } = await script();
const parts = { style: await style(), script: code, holds: packages };
const text = page.replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]).replace('<title>', () => `<meta name="adomcp-sources" content="${sourceHash()}">\n<title>`);

if (process.argv.includes('--check')) {
  if (readFileSync(built, 'utf8') !== text) {
    console.error('plugins/run_app/run.html isn\'t what its sources give; build it: npm ci && npm run build');
    process.exit(1);
  }
  console.log('run.html is what its sources give');
} else {
  writeFileSync(built, text);
  console.log(`run.html: ${Buffer.byteLength(text)} bytes`);
}
