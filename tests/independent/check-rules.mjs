// Takes the rules out of the schemas one at a time. Each time some example has to notice: an invalid one that is
// suddenly accepted, or, for an alternative of anyOf, a valid one that is suddenly refused.
import { compile, conclude, namesOf, readExamples, readSchemas } from './judge.mjs';

const MAX_SAFE = 2 ** 53 - 1;

/** Yields [description, function that takes the rule out of a copy of the schema]. */
function* rulesOf(schema, at = []) {
  if (schema === null || typeof schema !== 'object') return;
  const here = at.join('/');
  const without = (change) => (copy) => change(at.reduce((node, step) => node[step], copy));
  for (const name of schema.required ?? [])
    yield [`${here}/required ${name}`, without((node) => { node.required = node.required.filter((other) => other !== name); })];
  for (const word of ['type', 'enum', 'pattern', 'minLength', 'minimum', 'maximum', 'minItems', 'uniqueItems']) {
    // Beside an enum the type says nothing new; the largest exact integer is the same rule everywhere.
    const repeats = (word === 'type' && 'enum' in schema) || (word === 'maximum' && schema.maximum === MAX_SAFE);
    if (word in schema && !repeats) yield [`${here}/${word}`, without((node) => { delete node[word]; })];
  }
  if (schema.additionalProperties === false)
    yield [`${here}/additionalProperties`, without((node) => { delete node.additionalProperties; })];
  if ('$ref' in schema && at.at(-2) !== 'anyOf')
    yield [`${here}/$ref`, without((node) => { delete node.$ref; })];
  for (const [index] of (schema.anyOf ?? []).entries())
    yield [`${here}/anyOf/${index}`, without((node) => { node.anyOf.splice(index, 1); })];
  for (const word of ['definitions', 'properties'])
    for (const [name, child] of Object.entries(schema[word] ?? {})) yield* rulesOf(child, [...at, word, name]);
  for (const [index, child] of (schema.anyOf ?? []).entries()) yield* rulesOf(child, [...at, 'anyOf', index]);
  for (const word of ['items', 'additionalProperties'])
    if (schema[word] && typeof schema[word] === 'object') yield* rulesOf(schema[word], [...at, word]);
}

const schemas = readSchemas();
const examples = new Map();
for (const example of readExamples()) examples.set(example.schema, [...(examples.get(example.schema) ?? []), example]);

/** Files that refer to the given one, themselves included, at any distance. */
function dependants(file) {
  const found = new Set([file]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [other, schema] of schemas) {
      const references = JSON.stringify(schema).matchAll(/"\$ref":"([^"#]+)/g);
      for (const [, target] of references)
        if (found.has(new URL(target, `file:///${other}`).pathname.slice(1))) found.add(other);
    }
  }
  return namesOf(found);
}

let count = 0;
for (const [file, schema] of schemas) {
  const judged = dependants(file);
  for (const [rule, takeOut] of rulesOf(schema)) {
    count++;
    const copy = structuredClone(schema);
    takeOut(copy);
    const judge = compile(new Map([...schemas, [file, copy]]), { strict: false });
    const noticed = judged.some((name) =>
      (examples.get(name) ?? []).some(({ kind, document }) => judge(name)(document) !== (kind === 'valid')));
    if (!noticed) {
      console.error(`  ${file}: no example notices when ${rule} is gone`);
      process.exitCode = 1;
    }
  }
}
conclude(`rules: ${count} taken out of the schemas one at a time, each noticed by an example`);
