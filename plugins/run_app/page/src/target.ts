// Which run the page is about, as the tools want it named. Pure.
import { number, record } from './answers.ts';
import type { Run } from './answers.ts';

/** Arguments that name the place; the run's id goes beside them. */
export type Place = { project?: string; organization?: string };
export type Target = Place & { run_id?: number; run_url?: string; stage?: string };

const words = (value: unknown) => (typeof value === 'string' && value.trim() ? value.trim() : undefined);

/** From what the model asked for, whole or in part. An id may come as text. */
export function readTarget(input: unknown): Target {
  const from = record(input);
  const id = number(from.run_id) ?? (/^\d{1,10}$/.test(words(from.run_id) ?? '') ? Number(from.run_id) : undefined);
  return { run_id: id, run_url: words(from.run_url), project: words(from.project), organization: words(from.organization), stage: words(from.stage) };
}

/** Organisation and project of a link to a run, of either kind of host. */
export function placeOfLink(link: string | undefined): Place {
  let url;
  try {
    url = new URL(link ?? '');
  } catch {
    return {};
  }
  const parts = url.pathname.split('/').filter(Boolean).map((each) => {
    try {
      return decodeURIComponent(each);
    } catch {
      return each;
    }
  });
  const at = parts.indexOf('_build');
  if (at < 1) return {};
  const old = /^([^.]+)\.visualstudio\.com$/i.exec(url.hostname)?.[1];
  return { project: parts[at - 1], organization: old ?? parts[at - 2] };
}

/** The arguments that name `run` again: as it was asked for, else by its own link. */
export function naming(target: Target, run: Run | undefined): Place & { run_id?: number; run_url?: string } {
  const link = placeOfLink(target.run_url);
  const project = target.project ?? link.project ?? placeOfLink(run?.url).project;
  const organization = target.organization ?? link.organization;
  const id = run?.id ?? target.run_id;
  const place = { ...(project ? { project } : {}), ...(organization ? { organization } : {}) };
  return id === undefined ? { ...place, ...(target.run_url ? { run_url: target.run_url } : {}) } : { ...place, run_id: id };
}

/** Only links to web pages are opened. */
export function webLink(link: string | undefined): string | undefined {
  try {
    const url = new URL(link ?? '');
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
