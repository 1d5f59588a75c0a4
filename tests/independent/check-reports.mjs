// The reports of a run against a hostile relay (tests/Harness.Tests/Reports/HostileRun.cs) in the hands of others: ajv and
// Cucumber's own schema and HTML formatter for cucumber.ndjson, saxes (strict XML 1.0) for junit.xml and badge.svg.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { pathToFileURL, fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import { SaxesParser } from 'saxes';
import { parseEnvelope } from '@cucumber/messages';
import formatter from '@cucumber/html-formatter';
import { compile, conclude, readSchemas } from './judge.mjs';

const directory = process.argv[2];
const read = (name) => fs.readFileSync(path.join(directory, name), 'utf8');

function complain(text) {
  console.error(`  ${text}`);
  process.exitCode = 1;
}

const validateReport = compile(readSchemas())('report');
if (!validateReport(JSON.parse(read('report.json')))) complain(`report.json: ${JSON.stringify(validateReport.errors)}`);

const elements = {};
for (const name of ['junit.xml', 'badge.svg']) {
  const parser = new SaxesParser({ xmlns: true, fileName: name });
  parser.on('error', (error) => complain(error.message));
  parser.on('opentag', (tag) => { elements[tag.name] = (elements[tag.name] ?? 0) + 1; });
  parser.write(read(name)).close();
}
// 7 scenarios and a stale known failure; the known one, the warning and what the relay does not claim are skipped.
const expected = { testcase: 8, failure: 2, error: 2, skipped: 3 };
for (const [name, count] of Object.entries(expected))
  if (elements[name] !== count) complain(`junit.xml: ${elements[name]} ${name} instead of ${count}`);

const messagesSchema = fileURLToPath(new URL('./messages.schema.json', pathToFileURL(path.join(import.meta.dirname, 'node_modules/@cucumber/messages/'))));
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(JSON.parse(fs.readFileSync(messagesSchema, 'utf8')));
const lines = read('cucumber.ndjson').trimEnd().split('\n');
for (const [index, line] of lines.entries())
  if (!validate(JSON.parse(line))) complain(`cucumber.ndjson:${index + 1}: ${JSON.stringify(validate.errors.map((e) => `${e.instancePath} ${e.message}`))}`);

const Formatter = formatter.default ?? formatter.CucumberHtmlStream ?? formatter;
const html = path.join(directory, 'cucumber.html');
await pipeline(Readable.from(lines.map(parseEnvelope)), new Formatter(), fs.createWriteStream(html));

const browser = process.env.CHROMIUM || '/usr/bin/chromium';
let seen = 'not looked at: there is no browser';
if (fs.existsSync(browser)) {
  const options = ['--headless', '--no-sandbox', '--virtual-time-budget=5000', '--dump-dom'];
  const page = execFileSync(browser, [...options, pathToFileURL(html).href], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
  const body = page.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  for (const words of ['Feature: Transport', 'Feature: Pairing', 'passed 2 ', 'skipped 2 ', 'pending 2 ', 'failed 1 '])
    if (!body.includes(words)) complain(`@cucumber/html-formatter's page does not say "${words}"`);
  seen = 'its page seen in a browser';
}
const cucumber = `${lines.length} Cucumber messages by their schema and @cucumber/html-formatter (${seen})`;
conclude(`reports: report.json by ajv, junit.xml and badge.svg by saxes, ${cucumber}`);
