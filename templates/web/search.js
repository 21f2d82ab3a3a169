const form = document.querySelector('.search'), box = form.q, status = form.querySelector('[role=status]');
// Remove accents and points, but keep the vowel signs of Indian scripts. Upper case is I for i and ı, and SS for ß.
const strokes = {'Ł': 'L', 'Ø': 'O', 'Đ': 'D', 'Ð': 'D', 'Þ': 'TH', 'Ħ': 'H', 'Æ': 'AE', 'Œ': 'OE'};
const fold = text => text.normalize('NFKD').replace(/[\p{Script=Inherited}\p{Cf}\u0591-\u05C7\u0640]/gu, '')
  .toUpperCase().replace(/[ŁØĐÐÞĦÆŒ]/g, letter => strokes[letter]);
const entries = [...document.querySelectorAll('.entry')].map(item => [item, fold(item.textContent + ' ' + item.dataset.search)]);
const years = [...document.querySelectorAll('.year')];
const find = () => {
  const words = fold(box.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const [item, text] of entries) found += !(item.hidden = !words.every(word => text.includes(word)));
  for (const year of years) year.hidden = !year.querySelector('.entry:not([hidden])');
  status.textContent = words.length ? form.dataset.found.replace('{found}', found).replace('{all}', entries.length) : '';
};
if (form.hidden) {
  form.hidden = false;
  box.value = new URLSearchParams(location.search).get('q') || '';
  box.addEventListener('input', find);
  form.addEventListener('submit', event => event.preventDefault());
  find();
}
