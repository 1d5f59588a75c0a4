// The schemas keep to the subset of schemas/README.md, in which NJsonSchema and ajv judge alike.
import { conclude, readSchemas } from './judge.mjs';

const ALLOWED = new Set(['$schema', 'title', 'description', 'definitions', '$ref', 'anyOf', 'type', 'enum', 'required', 'properties',
  'additionalProperties', 'items', 'minItems', 'uniqueItems', 'pattern', 'minLength', 'minimum', 'maximum']);
const NEEDS_TYPE = ['enum', 'required', 'properties', 'additionalProperties', 'items', 'pattern', 'minLength', 'minimum', 'maximum'];

/** The pattern without escaped characters and character classes. */
const outsideClasses = (pattern) => pattern.replace(/\\[^dwsDWSbBpPn]/g, '').replace(/\[[^\]]*\]/g, '');
const typeOf = (schema, file) => (schema?.$ref?.startsWith('#/definitions/') ? file.definitions[schema.$ref.slice(14)].type : schema?.type);

function* complaintsAbout(schema, at, file = schema) {
  for (const word of Object.keys(schema)) if (!ALLOWED.has(word)) yield `${at}: ${word} is not in the subset`;
  if ('$ref' in schema && Object.keys(schema).length > 1) yield `${at}: something stands beside $ref`;
  for (const word of NEEDS_TYPE) if (word in schema && !('type' in schema)) yield `${at}: ${word} without type`;
  if (schema.type === 'integer' && !('enum' in schema) && !('minimum' in schema && 'maximum' in schema)) yield `${at}: integer without bounds`;
  if (schema.maximum > Number.MAX_SAFE_INTEGER) yield `${at}: maximum above 2^53 - 1`;
  if (schema.minLength > 1) yield `${at}: minLength above 1`;
  if (schema.uniqueItems && typeOf(schema.items, file) !== 'string') yield `${at}: uniqueItems on what may be no strings`;
  if ('pattern' in schema) {
    if (!schema.pattern.startsWith('^') || !schema.pattern.endsWith('$(?!\\n)')) yield `${at}: pattern is not anchored`;
    if (/\\[dwsDWSbBpP]|\./.test(outsideClasses(schema.pattern))) yield `${at}: pattern has a class that engines read differently`;
  }
  for (const word of ['definitions', 'properties'])
    for (const [name, child] of Object.entries(schema[word] ?? {})) yield* complaintsAbout(child, `${at}/${word}/${name}`, file);
  for (const [index, child] of (schema.anyOf ?? []).entries()) yield* complaintsAbout(child, `${at}/anyOf/${index}`, file);
  for (const word of ['items', 'additionalProperties'])
    if (schema[word] && typeof schema[word] === 'object') yield* complaintsAbout(schema[word], `${at}/${word}`, file);
}

const schemas = readSchemas();
for (const [file, schema] of schemas)
  for (const complaint of complaintsAbout(schema, file)) {
    console.error(`  ${complaint}`);
    process.exitCode = 1;
  }
conclude(`subset: ${schemas.size} files keep to it`);
