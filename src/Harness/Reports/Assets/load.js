'use strict';
(() => {
  // The tooltip reads the table below the chart: it shows nothing that the table does not.
  const texts = (elements) => [...elements].map((cell) => cell.textContent);
  for (const figure of document.querySelectorAll('figure.chart')) {
    const head = texts(figure.querySelectorAll('thead th'));
    const rows = [...figure.querySelectorAll('tbody tr')].map((row) => ({ at: Number(row.dataset.at), cells: texts(row.children) }));
    const tip = document.createElement('div');
    tip.className = 'tip';
    tip.hidden = true;
    tip.ariaHidden = 'true';
    figure.append(tip);

    for (const plot of figure.querySelectorAll('.plot')) {
      const left = Number(plot.dataset.left), width = Number(plot.dataset.right) - left;
      const line = plot.querySelector('.here');
      const leave = () => { tip.hidden = true; line.style.visibility = 'hidden'; };
      const move = (event) => {
        const box = plot.getBoundingClientRect();
        const scale = box.width / plot.viewBox.baseVal.width;
        const at = ((event.clientX - box.left) / scale - left) / width;
        if (rows.length === 0 || at < -0.03 || at > 1.03) return leave();
        const row = rows.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best));
        tip.replaceChildren();
        const title = document.createElement('b');
        title.textContent = `${head[0]} ${row.cells[0]}`;
        tip.append(title);
        for (let i = 1; i < head.length; i++) {
          const value = document.createElement('div');
          value.textContent = `${head[i]} ${row.cells[i]}`;
          tip.append(value);
        }
        tip.hidden = false;
        const x = left + row.at * width;
        line.setAttribute('transform', `translate(${x} 0)`);
        line.style.visibility = 'visible';
        const outer = figure.getBoundingClientRect();
        const shown = box.left - outer.left + x * scale;
        const aside = shown + 12 + tip.offsetWidth > outer.width ? shown - 12 - tip.offsetWidth : shown + 12;
        tip.style.left = `${Math.max(0, aside)}px`;
        tip.style.top = `${box.top - outer.top + 22}px`;
      };
      plot.addEventListener('pointermove', move);
      plot.addEventListener('pointerdown', move);
      plot.addEventListener('pointerleave', leave);
    }

    const keys = [...figure.querySelectorAll('.legend li')];
    if (keys.length > 1) for (const key of keys) {
      const button = document.createElement('button');
      button.type = 'button';
      button.ariaPressed = 'true';
      button.append(...key.childNodes);
      key.append(button);
      button.addEventListener('click', () => {
        button.ariaPressed = String(button.ariaPressed !== 'true');
        for (const part of figure.querySelectorAll(`.plot .${key.dataset.series}`)) part.classList.toggle('gone', button.ariaPressed !== 'true');
      });
    }
  }

  const form = document.querySelector('.filter');
  if (!form) return;
  const figures = [...document.querySelectorAll('figure[data-words]')];
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    const words = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const figure of figures) {
      const fits = words.every((word) => figure.dataset.words.includes(word));
      figure.classList.toggle('off', !fits);
      if (fits) count++;
    }
    if (words.length > 0) for (const rest of document.querySelectorAll('.rest')) rest.open = true;
    form.querySelector('output').value = `${count} of ${figures.length}`;
  });
})();
