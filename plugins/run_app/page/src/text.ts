// What strangers wrote, made fit to be shown. It is only ever set as text, never as HTML.

/** Longest name in a question or a label, in characters. A name may have 300. */
export const longestName = 120;

// C0 and C1 without tab and line feed; marks that change the direction of what follows; invisible ones; the separators that break lines.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Control and direction marks become a visible sign, so that no text can rearrange what stands beside it. */
export function clean(text: string): string {
  return text.replace(hidden, '\ufffd');
}

/** Clean, on one line. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** At most `most` characters, the last one an ellipsis where something was cut. Never half a character. */
export function cut(text: string, most = longestName): string {
  const characters = [...text.slice(0, most * 2 + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}\u2026`;
}

/** "1 job", "2 jobs". */
export function count(many: number, one: string, more = `${one}s`): string {
  return `${many} ${many === 1 ? one : more}`;
}
