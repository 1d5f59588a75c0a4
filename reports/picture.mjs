// Draws what a command wrote on a terminal, as an SVG: `script` file on stdin, the command as shown on the first line.
// Usage: node reports/picture.mjs 'coralmux-conformance verify' <typescript >picture.svg
import { readFileSync } from 'node:fs';

const [command] = process.argv.slice(2);
const colours = { 1: '#ff7b72', 2: '#56d364', 3: '#e3b341', 8: '#8b949e', 9: '#ff7b72', 10: '#56d364', 11: '#e3b341', 12: '#79c0ff', 13: '#d2a8ff', 14: '#76e3ea' };
const plain = { colour: '#e6edf3', bold: false };
const cell = { width: 8.4, height: 19 }, margin = 18;

// `script` frames the output with two lines of its own.
const text = readFileSync(0, 'utf8').replace(/^Script started.*\n/, '').replace(/\nScript done[\s\S]*$/, '');
const rows = screen(text);
const first = [...`$ ${command}`].map(char => ({ char, colour: '#79c0ff', bold: true }));
const lines = [first, ...rows].map(trimmed);
while (lines.at(-1).length === 0)
  lines.pop();
const width = Math.ceil(Math.max(...lines.map(line => line.length)) * cell.width + 2 * margin);
const height = lines.length * cell.height + 2 * margin;

console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(`${command}: what the terminal shows`)}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${plain.colour}">
${lines.flatMap((line, row) => runs(line).map(run => drawn(run, row))).join('\n')}
</g>
</svg>`);

/** Rows of cells, after everything that moves the cursor or erases has been done. */
function screen(written) {
  const grid = [[]];
  let row = 0, column = 0, style = plain;
  for (const [, parameters, final, char] of written.matchAll(/\x1b(?:\[([?0-9;]*)([A-Za-z])|[=>])|([^\x1b])/gsu)) {
    if (char === '\n') row++;
    else if (char === '\r') column = 0;
    else if (char !== undefined) grid[row][column++] = { char, ...style };
    else if (final === 'A') row = Math.max(0, row - Number(parameters || 1));
    else if (final === 'K') grid[row].length = parameters === '2' ? 0 : Math.min(column, grid[row].length);
    else if (final === 'm') style = styled(style, parameters.split(';').map(Number));
    grid[row] ??= [];
  }
  return grid.map(cells => Array.from(cells, found => found ?? { char: ' ', ...plain }));
}

function styled(style, codes) {
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] === 0) style = plain;
    else if (codes[i] === 1) style = { ...style, bold: true };
    else if (codes[i] === 38 && codes[i + 1] === 5) style = { ...style, colour: colours[codes[i += 2]] ?? plain.colour };
  }
  return style;
}

function trimmed(line) {
  let end = line.length;
  while (end > 0 && line[end - 1].char === ' ')
    end--;
  return line.slice(0, end);
}

/** Neighbours of the same style; two spaces, which an SVG would make one, part them. */
function runs(line) {
  const found = [];
  for (const [column, { char, colour, bold }] of line.entries()) {
    const last = found.at(-1);
    if (last?.colour === colour && last.bold === bold)
      last.text += char;
    else
      found.push({ column, text: char, colour, bold });
  }
  return found.flatMap(run => [...run.text.matchAll(/\S+(?: \S+)*/g)].map(part => ({ ...run, column: run.column + part.index, text: part[0] })));
}

// Each run is given the width of its cells, so that columns stand straight in any font.
function drawn({ column, text, colour, bold }, row) {
  const length = [...text].length;
  return `<text x="${(margin + column * cell.width).toFixed(1)}" y="${margin + row * cell.height + 14}" textLength="${(length * cell.width).toFixed(1)}"`
    + `${colour === plain.colour ? '' : ` fill="${colour}"`}${bold ? ' font-weight="bold"' : ''}>${escape(text)}</text>`;
}

function escape(text) {
  return text.replace(/[&<>"]/g, char => `&#${char.charCodeAt(0)};`);
}
