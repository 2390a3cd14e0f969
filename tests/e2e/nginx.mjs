// Debian's nginx with infra/nginx/adomcp.conf, before hosts on loopback.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Program, root } from './program.mjs';

const shipped = path.join(root, 'infra/nginx/adomcp.conf');

/** The shipped file with its names replaced: nothing else about it may differ here. */
function sites(port, replicas) {
  let text = readFileSync(shipped, 'utf8');
  const put = (what, by) => {
    if (!what.test(text)) throw new Error(`${shipped} has no ${what}`);
    text = text.replace(what, by);
  };
  replicas.forEach((at, index) => put(new RegExp(`server replica-${index + 1}:7071`, 'g'), `server 127.0.0.1:${at}`));
  put(/listen 443 ssl;/, `listen 127.0.0.1:${port};`);
  put(/ssl_certificate .*;/, '');
  put(/ssl_certificate_key .*;/, '');
  if (/replica-\d/.test(text)) throw new Error(`${shipped} names more replicas than ${replicas.length}`);
  return text;
}

const main = (folder) => `
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log stderr notice;
events { worker_connections 1024; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  add_header X-Replica $upstream_addr always;
  include ${folder}/sites.conf;
}
`;

/** `X-Replica` of each answer is the address of the replica that gave it: of all that were tried, in turn. */
export async function startNginx(port, replicas) {
  const folder = mkdtempSync(path.join(tmpdir(), 'adomcp-nginx-'));
  writeFileSync(path.join(folder, 'sites.conf'), sites(port, replicas));
  writeFileSync(path.join(folder, 'nginx.conf'), main(folder));
  const program = new Program('/usr/sbin/nginx', ['-p', folder, '-e', 'stderr', '-c', path.join(folder, 'nginx.conf')]);
  const stop = async () => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await program.match(/start worker process \d+/);
    const base = `http://127.0.0.1:${port}`;
    return { base, url: `${base}/mcp`, log: () => program.lines.stderr.join('\n'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
