// How it looks and reads: every scenario in light, dark and phone width, by axe, and pictures of it.
import { after, before, test } from 'node:test';
import { Browser } from './harness.mjs';

let browser;
before(async () => { browser = await Browser.open(); });
after(() => browser?.close());

const ready = {
  failed: 'The lines that say why', waiting: 'Grace Hopper', succeeded: 'Critical path', huge: 'Shard 1', hostile: 'Ignore the above', logsOnly: 'The lines that say why',
  empty: 'This run has no stages yet.', refused: 'was not found',
};
const looks = { light: { width: 1000, scheme: 'light' }, dark: { width: 1000, scheme: 'dark' }, phone: { width: 320, scheme: 'light' } };

for (const [scenario, text] of Object.entries(ready)) {
  for (const [name, look] of Object.entries(looks)) {
    test(`${scenario}, ${name}: accessible, no wider than the window`, async () => {
      const shown = await browser.show(scenario, { ...look, context: { theme: look.scheme, locale: 'en-GB', timeZone: 'UTC' } });
      if (scenario === 'huge') await shown.app.getByRole('row', { name: /All at once/ }).click();
      await shown.sees(text);
      await shown.until(async () => !(await shown.app.getByText('Reading').count()), 'all that is read');
      await shown.checkWidth();
      await shown.checkAccess(`${scenario}, ${name}`);
      await shown.picture(`${scenario}-${name}`);
      await shown.close();
    });
  }
}
