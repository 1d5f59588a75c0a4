// The schemas of the project in the hands of ajv (draft-07, strict).
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Ajv from 'ajv';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const schemasDirectory = path.join(root, 'schemas');
/** The protocol whose schemas, examples and descriptions are judged: the name of its folders. */
export const PROFILE = 'pairs';
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

/** File name below schemas/ to schema: the shared ones and the profile's, examples left out. */
export function readSchemas() {
  const files = filesBelow(schemasDirectory, '.json')
    .filter((file) => !file.includes('/') || (file.startsWith(`${PROFILE}/`) && !file.startsWith(`${PROFILE}/examples/`)));
  return new Map(files.map((file) => [file, JSON.parse(fs.readFileSync(path.join(schemasDirectory, file), 'utf8'))]));
}

/** Of the files that are schemas, as examples and chapters name them: without the profile's folder. */
export const namesOf = (files) =>
  [...files].filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length).replace(`${PROFILE}/`, ''));

export const schemaNames = (schemas) => namesOf(schemas.keys());

/** A function (schema name) => ajv's validate function. */
export function compile(schemas, options = {}) {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, logger: false, ...options });
  const base = `${pathToFileURL(schemasDirectory)}/`;
  for (const [file, schema] of schemas) ajv.addSchema({ ...schema, $id: base + file });
  return (name) => {
    const validate = ajv.getSchema(`${base}${PROFILE}/${name}${SUFFIX}`) ?? ajv.getSchema(base + name + SUFFIX);
    if (!validate) throw new Error(`there is no schema "${name}"`);
    return validate;
  };
}

/** { kind: 'valid' | 'invalid', schema, file, document } for every example, the shared ones and the profile's. */
export function readExamples() {
  return ['valid', 'invalid'].flatMap((kind) => ['.', PROFILE].flatMap((folder) => {
    const directory = path.join(schemasDirectory, folder, 'examples', kind);
    return filesBelow(directory, '.json').map((file) => ({
      kind, file: `${kind}/${file}`, schema: path.posix.dirname(file),
      document: JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8')),
    }));
  }));
}
