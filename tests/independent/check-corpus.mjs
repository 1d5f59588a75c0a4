// ajv judges the generated documents that the harness has judged: node check-corpus.mjs DIRECTORY.
import fs from 'node:fs';
import path from 'node:path';
import { compile, conclude, filesBelow, readSchemas, schemaNames } from './judge.mjs';

const LEAST = 1000;
const COMPLAINTS_SHOWN = 20;
const directory = process.argv[2];
const schemas = readSchemas();
const judge = compile(schemas, { allErrors: false });
let accepted = 0;
let refused = 0;
let complaints = 0;
const seen = new Map();
for (const file of filesBelow(directory, '.jsonl')) {
  for (const line of fs.readFileSync(path.join(directory, file), 'utf8').split('\n').filter(Boolean)) {
    const { schema, valid, document } = JSON.parse(line);
    const verdict = judge(schema)(document);
    if (verdict !== valid) {
      if (++complaints <= COMPLAINTS_SHOWN) console.error(`  ${schema}: the harness says ${valid}, ajv says ${verdict}: ${JSON.stringify(document)}`);
      process.exitCode = 1;
    }
    const counts = seen.get(schema) ?? seen.set(schema, { true: 0, false: 0 }).get(schema);
    counts[verdict]++;
    if (verdict) accepted++;
    else refused++;
  }
}
for (const name of schemaNames(schemas).filter((name) => /^(messages|relay)\//.test(name)))
  if (!(seen.get(name)?.true >= LEAST && seen.get(name)?.false >= LEAST)) {
    console.error(`  ${name}: fewer than ${LEAST} documents of either kind`);
    process.exitCode = 1;
  }
conclude(`corpus: ${complaints} judged differently; ${accepted} accepted and ${refused} refused by ajv, over ${seen.size} schemas`);
