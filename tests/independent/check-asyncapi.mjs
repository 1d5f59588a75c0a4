// @asyncapi/parser accepts the asyncapi.yaml of the profile, and it names every schema of messages/ and relay/.
import fs from 'node:fs';
import path from 'node:path';
import { fromFile, Parser } from '@asyncapi/parser';
import { conclude, PROFILE, readSchemas, root, schemaNames } from './judge.mjs';

const file = path.join(root, 'spec', PROFILE, 'asyncapi.yaml');
const { document, diagnostics } = await fromFile(new Parser(), file).parse();
for (const { severity, message, path: at, range } of diagnostics) {
  if (severity > 1) continue;
  console.error(`  asyncapi.yaml:${range.start.line + 1} ${at.join('.')}: ${message}`);
  process.exitCode = 1;
}
const text = fs.readFileSync(file, 'utf8');
const names = schemaNames(readSchemas());
for (const name of names.filter((name) => /^(messages|relay)\//.test(name))) {
  const whole = name.replace('messages/', 'relay/');
  if (![name, whole].some((either) => text.includes(`../../schemas/${PROFILE}/${either}.schema.json`))) {
    console.error(`  asyncapi.yaml does not refer to ${name}`);
    process.exitCode = 1;
  }
}
conclude(`asyncapi: ${document ? `${document.messages().length} messages, ${document.operations().length} operations` : 'not'} accepted by @asyncapi/parser`);
