'use strict';
(() => {
  const form = document.querySelector('.filter');
  const tabs = document.querySelector('.tabs');
  const lists = [...document.querySelectorAll('[data-list]')];
  const chips = [...form.querySelectorAll('[data-verdict]')];
  // What an item is searched by: its own line, not the bytes below it.
  const wordsOf = (element) => {
    if (!element.querySelector('summary .name')) return element.textContent;
    const clauses = [...element.querySelectorAll(':scope > .clause')].map((clause) => clause.textContent);
    return element.querySelector('summary').textContent + element.id + clauses.join(' ');
  };
  const items = [...document.querySelectorAll('[data-item]')].map((element) => ({ element, words: wordsOf(element).toLowerCase() }));
  let shown = 'scenarios';

  function apply() {
    const wanted = chips.filter((chip) => chip.ariaPressed === 'true').map((chip) => chip.dataset.verdict);
    const words = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const counts = { scenarios: 0, requirements: 0 };
    for (const { element, words: own } of items) {
      const { verdict, level, chapter } = element.dataset;
      const fits = (wanted.length === 0 || wanted.includes(verdict))
        && (!form.level.value || level.split(' ').includes(form.level.value))
        && (!form.chapter.value || chapter.split('|').includes(form.chapter.value))
        && words.every((word) => own.includes(word));
      element.classList.toggle('off', !fits);
      if (fits) counts[element.closest('[data-list]').dataset.list]++;
    }
    for (const group of document.querySelectorAll('.group')) group.classList.toggle('off', !group.querySelector('[data-item]:not(.off)'));
    for (const list of lists) list.hidden = list.dataset.list !== shown;
    for (const tab of tabs.children) tab.ariaPressed = String(tab.dataset.tab === shown);
    form.querySelector('output').value = `${counts[shown]} ${counts[shown] === 1 ? shown.slice(0, -1) : shown}`;
  }

  // A link may lead into the other list, a closed scenario, or what the filter hides.
  function follow() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const list = target.closest('[data-list]');
    if (list && list.dataset.list !== shown) shown = list.dataset.list;
    if (target.closest('.off')) {
      form.reset();
      for (const chip of chips) chip.ariaPressed = 'false';
    }
    apply();
    for (let at = target; at; at = at.parentElement?.closest('details')) if (at.tagName === 'DETAILS') at.open = true;
    target.scrollIntoView();
  }

  tabs.hidden = form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  for (const chip of chips) chip.addEventListener('click', () => { chip.ariaPressed = String(chip.ariaPressed !== 'true'); apply(); });
  for (const tab of tabs.children) tab.addEventListener('click', () => { shown = tab.dataset.tab; apply(); });
  for (const row of document.querySelectorAll('tr[data-chapter]')) row.addEventListener('click', () => {
    form.chapter.value = form.chapter.value === row.dataset.chapter ? '' : row.dataset.chapter;
    shown = 'requirements';
    apply();
    tabs.scrollIntoView();
  });
  if (navigator.clipboard) for (const line of document.querySelectorAll('.again')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'copy';
    const say = (text) => () => { button.textContent = text; };
    const command = line.querySelector('code').textContent;
    button.addEventListener('click', () => navigator.clipboard.writeText(command).then(say('copied'), say('not allowed here')));
    line.append(button);
  }
  addEventListener('hashchange', follow);
  apply();
  follow();
})();
