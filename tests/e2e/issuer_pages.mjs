// The sign-in page: three buttons and no password. A login_hint that names somebody signs them in.
import { people } from './people.mjs';

const what = { ada: 'operator: every tool, every project', bob: 'reader: looks, starts nothing', eve: 'outsider: may sign in, and no more' };

function page(action) {
  const buttons = Object.entries(people).map(([id, { name }]) =>
    `<p><button name="person" value="${id}">${name}</button> ${what[id]}</p>`);
  return `<!doctype html><meta charset="utf-8"><title>Sign in</title><body style="font-family:sans-serif;margin:3em">
<h1>Who are you today?</h1><form method="post" action="${action}">${buttons.join('\n')}</form>
<p>This is the demonstration's own issuer, on this machine only.</p>`;
}

async function chosen(request) {
  let body = '';
  for await (const part of request.setEncoding('utf8')) {
    body += part;
    if (body.length > 1024) throw new Error('too much was sent');
  }
  return new URLSearchParams(body).get('person');
}

export async function answerInteraction(provider, request, response) {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'consent') {
    return provider.interactionFinished(request, response, { consent: {} }, { mergeWithLastSubmission: true });
  }
  const person = request.method === 'POST' ? await chosen(request) : params.login_hint;
  if (Object.hasOwn(people, person ?? '')) {
    return provider.interactionFinished(request, response, { login: { accountId: person, remember: false } });
  }
  response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'no-store' });
  response.end(page(request.originalUrl));
}
