// ajv judges the examples of the schemas as their folders say.
import { compile, conclude, readExamples, readSchemas, schemaNames } from './judge.mjs';

const schemas = readSchemas();
const judge = compile(schemas);
for (const name of schemaNames(schemas)) judge(name);
const counts = { valid: 0, invalid: 0 };
for (const { kind, file, schema, document } of readExamples()) {
  const validate = judge(schema);
  if (validate(document) === (kind === 'valid')) {
    counts[kind]++;
  } else {
    console.error(`  ${file}: ajv says otherwise ${JSON.stringify(validate.errors?.map((e) => `${e.instancePath} ${e.message}`) ?? [])}`);
    process.exitCode = 1;
  }
}
conclude(`examples: ${counts.valid} valid and ${counts.invalid} invalid, by ajv over ${schemaNames(schemas).length} schemas`);
