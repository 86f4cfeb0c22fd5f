// Makes the JSON schema that the tests hold the dashboards against, from the Dashboard type of @grafana/schema (Apache-2.0).
//
//     node schema.mjs > ../../tests/Passthru.Tests/Dashboards/dashboard.schema.json
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

const require = createRequire(import.meta.url);
// Inside of this directory, for it is from there that the compiler looks for the package.
const directory = mkdtempSync(join(import.meta.dirname, 'schema-'));
try {
  writeFileSync(join(directory, 'type.ts'), "import type { Dashboard } from '@grafana/schema';\nexport type Root = Dashboard;\n");
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { target: 'es2022', module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true, strict: true },
    files: ['type.ts'],
  }));
  const schema = createGenerator({
    path: join(directory, 'type.ts'), tsconfig: join(directory, 'tsconfig.json'), type: 'Root',
    // Two declarations share the name DataSourceRef: nothing is exported, so nothing clashes.
    skipTypeCheck: true, topRef: false, expose: 'none', jsDoc: 'none',
  }).createSchema('Root');
  const { version } = require('@grafana/schema/package.json');
  console.log(JSON.stringify({ $comment: `Made from the type Dashboard of @grafana/schema ${version} (Apache-2.0).`, ...adapted(schema) }, null, 1));
} finally {
  rmSync(directory, { recursive: true });
}

/**
 * Queries and annotations stay open: each data source adds its own properties to them. And the validator of the tests does not know
 * "const"; an "enum" of one value says the same.
 */
function adapted(node) {
  if (Array.isArray(node)) return node.map(adapted);
  if (node === null || typeof node !== 'object') return node;
  const open = node.properties?.refId || node.properties?.iconColor;
  return Object.fromEntries(Object.entries(node).filter(([key]) => !(open && key === 'additionalProperties'))
    .map(([key, value]) => key === 'const' ? ['enum', [value]] : [key, adapted(value)]));
}
