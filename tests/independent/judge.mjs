// The schemas of the project in the hands of ajv (draft-07, strict).
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Ajv from 'ajv';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const schemasDirectory = path.join(root, 'schemas');
const SUFFIX = '.schema.json';

export function filesBelow(directory, suffix) {
  return fs.readdirSync(directory, { recursive: true })
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.replaceAll(path.sep, '/'))
    .sort();
}

/** The last line of a check; what it counts is only all there is when nothing was complained about. */
export function conclude(text) {
  console.log(process.exitCode ? `${text}, BUT see the complaints` : text);
}

/** File name below schemas/ to schema, examples left out. */
export function readSchemas() {
  const files = filesBelow(schemasDirectory, '.json').filter((file) => !file.startsWith('examples/'));
  return new Map(files.map((file) => [file, JSON.parse(fs.readFileSync(path.join(schemasDirectory, file), 'utf8'))]));
}

export const schemaNames = (schemas) =>
  [...schemas.keys()].filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));

/** A function (schema name) => ajv's validate function. */
export function compile(schemas, options = {}) {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, logger: false, ...options });
  const base = `${pathToFileURL(schemasDirectory)}/`;
  for (const [file, schema] of schemas) ajv.addSchema({ ...schema, $id: base + file });
  return (name) => {
    const validate = ajv.getSchema(base + name + SUFFIX);
    if (!validate) throw new Error(`there is no schema "${name}"`);
    return validate;
  };
}

/** { kind: 'valid' | 'invalid', schema, file, document } for every file of schemas/examples. */
export function readExamples() {
  return ['valid', 'invalid'].flatMap((kind) => {
    const directory = path.join(schemasDirectory, 'examples', kind);
    return filesBelow(directory, '.json').map((file) => ({
      kind, file: `${kind}/${file}`, schema: path.posix.dirname(file),
      document: JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8')),
    }));
  });
}
