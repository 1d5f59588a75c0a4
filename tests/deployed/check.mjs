// Runs the suite against relay.mjs, and compares the requirements that fail or warn with expected.json: what section 14.2 of
// the specification and docs/targets.md say of deployed relays rests on it. `--write` writes expected.json first; `--out DIR` keeps the report.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const limitMs = 300_000; // several times what a run takes on a quiet machine
const here = import.meta.dirname;
const root = join(here, '../..');
const expectedFile = join(here, 'expected.json');
const work = mkdtempSync(join(tmpdir(), 'coralmux-deployed-'));
const out = process.argv.includes('--out') ? process.argv[process.argv.indexOf('--out') + 1] : join(work, 'out');
const target = JSON.parse(readFileSync(join(here, 'target.json'), 'utf8'));

let relay, address = '127.0.0.1:0', ending = false;

/** Starts the relay, and again at the same address whenever the restartCommand of the target has killed it. */
async function start() {
  const [program, ...args] = target.startCommand;
  relay = spawn(program, [...args, `address=${address}`, 'adminKey=k', `storeDirectory=${work}`], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  writeFileSync(join(work, 'pid'), String(relay.pid));
  relay.once('exit', () => ending || start());
  const [line] = await once(createInterface(relay.stdout), 'line');
  target.url = line.replace('listening on ', '');
  address = new URL(target.url).host;
}

async function verify() {
  target.adminKey = 'k';
  target.restartCommand = ['sh', '-c', `kill -KILL "$(cat '${work}/pid')"`];
  writeFileSync(join(work, 'target.json'), JSON.stringify(target));
  const command = ['verify', '--target', join(work, 'target.json'), '--out', resolve(out)];
  const run = spawn('./coralmux-conformance', command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  const limit = setTimeout(() => process.kill(-run.pid, 'SIGKILL'), limitMs);
  const [code] = await once(run, 'exit');
  clearTimeout(limit);
  if (![0, 1, 4].includes(code)) throw new Error(`verify gave no verdict: exit ${code ?? `after ${limitMs / 1000} s`}`);
  return JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')).requirements;
}

/** The table of docs/targets.md names what fails or warns, and nothing that passes. */
function compareTable(requirements) {
  const [, section] = readFileSync(join(root, 'docs/targets.md'), 'utf8').split('## A relay older than this specification');
  const named = new Set(section.split('\n## ')[0].match(/\b[A-Z]+-\d{2,}\b/g));
  return requirements.flatMap(({ id, verdict }) => {
    if ((verdict === 'fail' || verdict === 'warn') && !named.has(id)) return [`${id}: the verdict is ${verdict}, and docs/targets.md does not say so`];
    return verdict === 'pass' && named.has(id) ? [`${id}: passes, and docs/targets.md says otherwise`] : [];
  });
}

function compare(requirements) {
  const expected = JSON.parse(readFileSync(expectedFile, 'utf8'));
  const verdictOf = Object.fromEntries(['fail', 'warn'].flatMap(verdict => expected[verdict].map(id => [id, verdict])));
  const differences = requirements.flatMap(({ id, verdict }) => {
    const before = verdictOf[id];
    const same = before ? verdict === before : verdict !== 'fail' && verdict !== 'warn';
    return same ? [] : [`${id}: expected ${before ?? 'neither fail nor warn'}, but the verdict is ${verdict}`];
  });
  const known = new Set(requirements.map(({ id }) => id));
  return [...differences, ...Object.keys(verdictOf).filter(id => !known.has(id)).map(id => `${id}: expected, but no requirement of the specification`)];
}

try {
  await start();
  const requirements = await verify();
  const count = verdict => requirements.filter(requirement => requirement.verdict === verdict).length;
  const figures = ['pass', 'fail', 'warn', 'inconclusive', 'not-run', 'not-applicable'].map(verdict => `${count(verdict)} ${verdict}`).join(', ');
  if (process.argv.includes('--write')) {
    const ids = verdict => requirements.filter(requirement => requirement.verdict === verdict).map(({ id }) => id);
    writeFileSync(expectedFile, `${JSON.stringify({ fail: ids('fail'), warn: ids('warn') }, null, 2)}\n`);
  }

  const differences = [...compare(requirements), ...compareTable(requirements)];
  console.log(`as deployed: ${figures}; ${differences.length} differences from expected.json and docs/targets.md`);
  for (const difference of differences) console.log(`  ${difference}`);
  if (differences.length > 0) {
    console.log('Correct section 14.2 and docs/targets.md, and write expected.json with node tests/deployed/check.mjs --write.');
    process.exitCode = 1;
  }
} catch (error) {
  console.log(`as deployed: ${error.message}`);
  process.exitCode = 1;
} finally {
  ending = true;
  relay?.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
}
