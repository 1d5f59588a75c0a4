// Every ```json block of the chapters, judged by the schema that the comment before it names. The name of a message
// type stands for the whole envelope of that type.
import fs from 'node:fs';
import path from 'node:path';
import { compile, conclude, filesBelow, readSchemas, root, schemaNames } from './judge.mjs';

const FROM_THE_RELAY = new Set(['auth.ok', 'auth.fail', 'status', 'ping', 'pong']);
const schemas = readSchemas();
const judge = compile(schemas);
const names = new Set(schemaNames(schemas));
const directory = path.join(root, 'spec');

function problemsOf(name, document) {
  const problems = [];
  const hold = (schema, part) => {
    const validate = judge(schema);
    if (!validate(part)) problems.push(...validate.errors.map((e) => `${schema}: ${e.instancePath} ${e.message}`));
  };
  if (!names.has(`messages/${name}`)) {
    if (!names.has(name)) return [`there is no schema "${name}"`];
    hold(name, document);
    return problems;
  }
  hold('envelope', document);
  hold(FROM_THE_RELAY.has(name) ? `relay/${name}` : `messages/${name}`, FROM_THE_RELAY.has(name) ? document : document.payload);
  if (document.type !== name && !document.type?.startsWith(`${name}.`)) problems.push(`type is ${document.type}`);
  return problems;
}

let count = 0;
for (const file of filesBelow(directory, '.md')) {
  const text = fs.readFileSync(path.join(directory, file), 'utf8');
  for (const block of text.matchAll(/(?:<!-- schema: (?<name>\S+) -->\n)?^```json\n(?<json>[^]*?)^```$/gm)) {
    const line = text.slice(0, block.index).split('\n').length;
    let problems;
    try {
      const { name, json } = block.groups;
      problems = name ? problemsOf(name, JSON.parse(json)) : ['no comment names its schema'];
    } catch (problem) {
      problems = [problem.message];
    }
    for (const problem of problems) console.error(`  spec/${file}:${line}: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
    else count++;
  }
}
conclude(`spec: ${count} examples follow the schemas that they name, by ajv`);
