// The script of `briefs preview`. It shows the data of the server; requests name a part by its number.
"use strict";

const $ = (selector) => document.querySelector(selector);
const makeElement = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const setVariables = (element, values) => {
  for (const [name, value] of Object.entries(values)) element.style.setProperty(`--${name}`, value);
  return element;
};

const main = $("main"), problems = $("#problems"), structureList = $("#structure-list"), dialog = $("#place");
const text = $("textarea"), frame = $("iframe");
let shown = { drawn: 0 };
let place = null;

// ---- Pages -------------------------------------------------------------------------------

function showPages(message) {
  message.pages.forEach((page, index) => {
    if (!main.children[index]) {
      const picture = makeElement("img", { alt: `Page ${index + 1}` });
      main.append(makeElement("figure", { className: "page" }, picture, makeElement("div")));
    }
    const figure = main.children[index], [picture, parts] = figure.children;
    // The figure gets its size before the picture is loaded, so that the page does not move.
    setVariables(figure, { width: page.width, height: page.height });
    if (picture.dataset.key !== page.key) {
      picture.dataset.key = page.key;
      const next = new Image();
      next.onload = () => { if (picture.dataset.key === page.key) picture.src = next.src; };
      next.src = `page/${page.key}`;
    }
    if (shown.drawn !== message.drawn) parts.replaceChildren(...page.parts.map(makePart));
  });
  while (main.children.length > message.pages.length) main.lastChild.remove();
  main.classList.toggle("stale", message.is_old);
}

// Parts can be clicked with the mouse; for the keyboard the structure has a button for each text.
function makePart([entry, [x, y, w, h]]) {
  const part = makeElement("div", { className: "part" });
  part.dataset.entry = entry;
  return setVariables(part, { x, y, w, h });
}

main.onclick = (event) => { if (event.target.dataset.entry) locate(event.target.dataset.entry); };

// ---- Problems ----------------------------------------------------------------------------

function showProblems(message) {
  const errors = message.problems.filter((problem) => problem.is_error).length;
  problems.hidden = !message.problems.length;
  const kind = errors ? "errors" : "warnings";
  // The list of warnings is collapsed, because an author may not correct them at once.
  if (problems.className !== kind) $("details").open = kind === "errors";
  problems.className = kind;
  const head = message.is_old ? "The pages below are the last good ones." :
    errors ? "These pages have errors: a build would keep the last good PDF." :
    count(message.problems.length, "warning");
  const items = message.problems.map((problem) => makeElement("li", {},
    problem.link ? makeElement("a", { href: problem.link, textContent: problem.place }) : problem.place,
    ` ${problem.message}`, makeElement("small", { textContent: problem.hint })));
  $("summary").textContent = head;
  $("#problems ul").replaceChildren(...items);
}

// ---- The selection ------------------------------------------------------------------------

function showChoices(message) {
  for (const [name, values] of Object.entries(message.choices)) {
    const select = $(`select[name=${name}]`);
    if (!select) continue;
    if (select.dataset.values !== JSON.stringify(values)) {
      select.dataset.values = JSON.stringify(values);
      const named = (value) => name === "web_page" ? (value ? `${value} px` : "hidden") : value;
      select.replaceChildren(...values.map((value) => makeElement("option", { value, textContent: named(value) })));
    }
    select.value = message.selection[name];
    select.onchange = () => { showState("Rendering …"); post("select", { [name]: select.value }); };
  }
  document.title = `${message.selection.slug} ${message.selection.edition} ${message.selection.language}`;
}

// ---- The web page ------------------------------------------------------------------------

// In the sandbox only links within the page work; target=_blank keeps the page in the frame.
frame.onload = () => {
  const { contentDocument: page, contentWindow: view } = frame;
  for (const link of page.querySelectorAll('a:not([href^="#"])')) link.target = "_blank";
  view.scrollTo(0, Number(frame.dataset.scroll) || 0);
};

function showWebPage(message) {
  const width = message.selection.web_page, key = message.web;
  $("#web").hidden = !width || !key;
  if ($("#web").hidden) return;
  setVariables(frame, { width });
  if (frame.dataset.key === key) return;
  const view = frame.contentWindow;
  Object.assign(frame.dataset, { key, scroll: view.scrollY });
  view.location.replace(new URL(`web/${key}`, location));  // without an entry in the history
}

// ---- Structure ---------------------------------------------------------------------------

const roles = {
  H1: "heading 1", H2: "heading 2", H3: "heading 3", P: "paragraph", L: "list", LI: "item",
  Lbl: "label", LBody: "content of the item", TH: "heading cell", TD: "cell", TR: "row",
  Sect: "section", Aside: "aside", Div: "group", Art: "article", BlockQuote: "quotation",
  THead: "table head", TBody: "table body", TOC: "contents", TOCI: "entry",
};

async function showStructure() {
  if (structureList.hidden) return;
  const entries = await (await fetch("structure")).json();
  const focused = [...structureList.children].indexOf(document.activeElement);
  structureList.replaceChildren(...entries.map(([depth, role, words, isContent], entry) => {
    const name = makeElement("b", { textContent: roles[role] || role.toLowerCase() });
    const line = makeElement(isContent && words ? "button" : "p", {}, name, ` ${words}`);
    if (line.type) line.onclick = () => locate(entry);
    const mark = (on) => () => document.querySelectorAll(`[data-entry="${entry}"]`)
      .forEach((part) => part.classList.toggle("marked", on));
    Object.assign(line, { onmouseenter: mark(true), onmouseleave: mark(false) });
    Object.assign(line, { onfocus: mark(true), onblur: mark(false) });
    return setVariables(line, { depth });
  }));
  structureList.children[focused]?.focus();
}

$("#structure").onclick = (event) => {
  structureList.hidden = !structureList.hidden;
  event.target.setAttribute("aria-expanded", !structureList.hidden);
  showStructure();
};
$("#zoom").onchange = (event) => {
  setVariables(main, { zoom: event.target.value });
  chooseScale(true);
};

// Pages are drawn in the resolution of the screen. A message may only raise the scale: otherwise
// windows on two screens would change it in turn, without end.
function chooseScale(mayLower) {
  const { choices, selection } = shown, needed = devicePixelRatio * $("#zoom").value;
  const scale = choices.scale?.find((value) => Number(value) >= needed) || choices.scale?.at(-1);
  if (Number(scale) > selection.scale || (mayLower && scale !== selection.scale)) post("select", { scale });
}

// ---- The dialog: the place of a text, and editing ------------------------------------------

async function locate(entry) {
  const answer = await fetch(`place/${shown.drawn}.${entry}`);
  if (!answer.ok) return showState(await answer.text());
  place = await answer.json();
  $("#where").textContent = place.place;
  $("#open").href = place.link;
  $("#open").hidden = !place.link;
  $("#field").hidden = $("#save").hidden = place.text === null;
  text.value = place.text || "";
  text.lang = shown.selection.language;
  text.dir = "auto";
  $("#refusal").textContent = "";
  dialog.showModal();
  if (place.text === null) return;
  text.focus();
  text.setSelectionRange(place.offset, place.offset);
}

async function save() {
  const answer = await post("edit", { number: place.number, text: text.value });
  if (answer.ok) dialog.close();
  else $("#refusal").textContent = await answer.text();
}

$("#save").onclick = save;
text.onkeydown = (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save(); };

function post(name, value) {
  const headers = { "Content-Type": "application/json" };
  return fetch(name, { method: "POST", headers, body: JSON.stringify(value) });
}

// ---- Updates from the server -------------------------------------------------------------

function count(number, name) { return `${number} ${name}${number === 1 ? "" : "s"}`; }
function showState(words) { $("#state").textContent = words; }

const events = new EventSource("events");
events.onmessage = (event) => {
  const message = JSON.parse(event.data);
  showProblems(message);
  showPages(message);
  showChoices(message);
  showWebPage(message);
  const isNew = shown.drawn !== message.drawn;
  shown = message;
  if (isNew) showStructure();
  chooseScale(false);
  showState(count(message.pages.length, "page"));
};
events.onerror = () => showState("The preview has ended: run it again.");
