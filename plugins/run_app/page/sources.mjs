// What run.html is built from, and the hash of it that the page carries. No npm package is needed.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = path.dirname(fileURLToPath(import.meta.url));
export const built = path.join(folder, '..', 'run.html');

/** Its paths, sorted, in the page's folder. */
export function sources() {
  const own = readdirSync(path.join(folder, 'src')).sort().map((each) => `src/${each}`);
  return [...own, 'build.mjs', 'package-lock.json', 'package.json', 'sources.mjs', 'tsconfig.json'];
}

export function sourceHash() {
  const hash = createHash('sha256');
  for (const file of sources()) {
    const bytes = readFileSync(path.join(folder, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}
