// Open pages of a site in Chromium and report what a browser finds, as JSON.
//
//     node audit.mjs MODULES CHROMIUM BASE < visits.json
//
// A visit: {path, until, width, scheme, script, forced, tabs, search, measure, picture}; `measure` is
// an expression, of which the result has the value as `measured`. A result: what was
// asked for, and violations of axe-core, messages of the console, requests that failed or left
// the site, pixels by which the page is too wide, the words of main, stops of the Tab key.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [modules, executablePath, base] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const puppeteer = require('puppeteer-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// As root, in a container, without a display; and without requests of the browser itself.
const browser = await puppeteer.launch({ executablePath, args: [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
  '--disable-background-networking', '--disable-component-update',
] });

async function tabStops(page) {
  const stops = [];
  for (let number = 0; number < 400; number++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body || element.dataset.stopped) return null;
      element.dataset.stopped = '1';
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const seen = box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth;
      return [element.getAttribute('href') ?? element.localName, seen && style.outlineStyle !== 'none'];
    });
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}

// Pixels by which the page is too wide, or the masthead has words in its margin.
function overflow() {
  const beyond = [...document.querySelectorAll('.masthead-top > *')].map(element => {
    const own = element.getBoundingClientRect(), box = element.parentElement.getBoundingClientRect();
    const { paddingLeft, paddingRight } = getComputedStyle(element.parentElement);
    return Math.max(own.right - box.right + parseFloat(paddingRight), box.left + parseFloat(paddingLeft) - own.left);
  });
  return Math.round(Math.max(document.documentElement.scrollWidth - innerWidth, ...beyond));
}

async function search(page, words) {
  const box = await page.$('.search input');
  await box.type(words);
  const found = await page.$$eval('.entry:not([hidden])', items => items.length);
  const times = await page.evaluate(() => {
    const input = document.querySelector('.search input');
    return [...'trade'].map(key => {
      input.value += key;
      const start = performance.now();
      input.dispatchEvent(new Event('input'));
      document.body.offsetHeight;
      return performance.now() - start;
    });
  });
  return { found, times };
}

async function visit(asked) {
  const page = await browser.newPage();
  const messages = [];
  page.on('console', message => messages.push(message.text()));
  page.on('pageerror', error => messages.push(String(error)));
  page.on('requestfailed', request => messages.push(`failed: ${request.url()}`));
  page.on('response', response => {
    if (response.status() >= 400) messages.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', request => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith('data:')) messages.push(`request: ${url}`);
  });
  await page.setViewport({ width: asked.width, height: 900 });
  await page.setJavaScriptEnabled(asked.script !== false);
  const session = await page.createCDPSession();
  await session.send('Emulation.setEmulatedMedia', { features: [
    { name: 'prefers-color-scheme', value: asked.scheme ?? 'light' },
    { name: 'forced-colors', value: asked.forced ? 'active' : 'none' },
  ] });
  await page.goto(base + asked.path, { waitUntil: asked.until ?? 'load' });
  const result = { ...asked, messages };
  result.overflow = await page.evaluate(overflow);
  result.words = await page.evaluate(() => document.querySelector('main, [role=main]').innerText);
  result.fonts = await page.evaluate(() => document.fonts.ready.then(fonts => [...fonts].filter(f => f.status === 'loaded').map(f => f.family)));
  if (asked.script !== false) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(runOnly => axe.run(document, { runOnly }), RULES);
    result.violations = violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`);
  }
  if (asked.tabs) result.stops = await tabStops(page);
  if (asked.search) Object.assign(result, await search(page, asked.search));
  if (asked.measure) result.measured = await page.evaluate(asked.measure);
  if (asked.picture) await page.screenshot({ path: asked.picture, fullPage: asked.whole ?? false });
  await page.close();
  return result;
}

const results = [];
for (const asked of JSON.parse(readFileSync(0, 'utf8'))) results.push(await visit(asked));
await browser.close();
console.log(JSON.stringify(results));
