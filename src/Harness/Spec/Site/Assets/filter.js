// Shows only the rows that hold every word of the box.
const box = document.getElementById('filter');
const shown = document.getElementById('shown');
const groups = [...document.querySelectorAll('.group')].map(group => ({
  group,
  rows: [...group.querySelectorAll('.row')].map(row => ({
    row,
    text: `${row.textContent} ${row.dataset.words} ${group.querySelector('h2').textContent}`.toLowerCase(),
  })),
}));

function apply() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { group, rows } of groups) {
    let any = false;
    for (const { row, text } of rows) {
      row.hidden = !words.every(word => text.includes(word));
      if (!row.hidden) { any = true; count++; }
    }
    group.hidden = !any;
  }
  shown.textContent = count === 1 ? '1 requirement' : `${count} requirements`;
}

box.addEventListener('input', apply);
apply(); // a browser may restore what was typed before
