// Use the page of `briefs preview` in Chromium as an author does.
//
//     node author.mjs MODULES CHROMIUM ADDRESS
//
// Each line of stdin is a command, [name, ...values]; the answer is a line of JSON: what the
// page shows then, and what the console has said since the line before.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [modules, executablePath, address] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const puppeteer = require('puppeteer-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
let messages = [];
page.on('console', message => messages.push(message.text()));
page.on('pageerror', error => messages.push(String(error)));

async function press(...keys) {
  for (const key of keys.slice(0, -1)) await page.keyboard.down(key);
  await page.keyboard.press(keys.at(-1));
  for (const key of keys.slice(0, -1)) await page.keyboard.up(key);
}

const commands = {
  open: async (width, height) => {
    await page.setViewport({ width, height });
    await page.goto(address);
  },
  // Wait until the picture of each page is there, and something newer is shown.
  newer: drawn => page.waitForFunction(drawn => shown.drawn > drawn && showsAll(), {}, drawn),
  problems: count => page.waitForFunction(
    count => document.querySelectorAll('#problems li').length === count, {}, count),
  click: async words => {
    const entry = await page.evaluate(async words => {
      const entries = await (await fetch('structure')).json();
      return entries.findLastIndex(([, , text]) => text.includes(words));
    }, words);
    const part = await page.$(`.part[data-entry="${entry}"]`);
    await part.scrollIntoView();
    await part.click();
    await page.waitForSelector('dialog[open]');
  },
  structure: async words => {  // by keyboard only
    await page.focus('#structure');
    await press('Enter');
    await page.waitForSelector('#structure-list button');
    for (let step = 0; step < 400; step++) {
      await press('Tab');
      if (await page.evaluate(words => document.activeElement.matches('#structure-list button') &&
        document.activeElement.textContent.includes(words), words)) break;
    }
    await press('Enter');
    await page.waitForSelector('dialog[open]');
  },
  type: words => page.keyboard.type(words),
  press,
  button: name => page.click(name),
  select: (name, value) => page.select(`select[name=${name}]`, value),
  scroll: pixels => page.evaluate(pixels => {
    document.querySelector('main').scrollTop = pixels;
    document.querySelector('iframe').contentWindow.scrollTo(0, pixels);
  }, pixels),
  frame: words => page.waitForFunction(words => {
    const { contentDocument: frame } = document.querySelector('iframe');
    return frame.readyState === 'complete' && frame.body.textContent.includes(words);
  }, {}, words),
  refused: () => page.waitForFunction(() => document.querySelector('#refusal').textContent),
  picture: path => page.screenshot({ path }),
};

const look = () => page.evaluate(() => {
  const find = selector => document.querySelector(selector);
  const frame = find('iframe'), text = find('textarea'), dialog = find('dialog');
  return {
    drawn: shown.drawn,
    pages: document.querySelectorAll('.page').length,
    head: find('#problems').hidden ? '' : find('summary').textContent,
    isFolded: !find('details').open,
    problems: [...document.querySelectorAll('#problems li')].map(line => line.innerText),
    place: dialog.open ? find('#where').textContent : '',
    text: dialog.open ? text.value : '',
    caret: text.selectionStart,
    refusal: find('#refusal').textContent,
    focus: document.activeElement.textContent.trim().slice(0, 80),
    scroll: find('main').scrollTop,
    frame: find('#web').hidden ? null : {
      width: frame.clientWidth,
      scroll: frame.contentWindow.scrollY,
      overflow: (frame.contentDocument.documentElement?.scrollWidth ?? 0) - frame.clientWidth,
    },
  };
});

await page.evaluateOnNewDocument(() => {
  window.showsAll = () => [...document.querySelectorAll('.page img')].every(
    (picture, index) => picture.src.endsWith(shown.pages[index].key) && picture.complete);
});
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...values] = JSON.parse(line);
  let failure = '', violations = [];
  try {
    if (name === 'audit') {
      await page.evaluate(axe);
      ({ violations } = await page.evaluate(() => axe.run(document)));
    } else await commands[name](...values);
  } catch (error) { failure = `${name} ${values}: ${error}`; }
  const found = violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
  console.log(JSON.stringify({ ...await look(), violations: found, messages, failure }));
  messages = [];
}
await browser.close();
