// Reads Kubernetes objects (YAML) and tells what is wrong with them: by the schemas of their kinds (types, required keys, enumerations,
// patterns), and by the types of TypeScript made from the same schemas, which refuse a key that does not exist.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

const modules = fileURLToPath(new URL("node_modules/", import.meta.url));
const problems = [];
let program = "";
let number = 0;
for (const parsed of parseAllDocuments(await text(process.stdin))) {
    problems.push(...parsed.errors.map(error => error.message));
    const object = parsed.toJS();
    if (!object) {
        continue;
    }

    const { apiVersion, kind } = object;
    const library = apiVersion.startsWith("monitoring.coreos.com/") ? "@kubernetes-models/prometheus-operator" : "kubernetes-models";
    const module = `${library}/${apiVersion}/${kind}`;
    const name = `${kind} ${object.metadata?.name}`;
    try {
        new (await import(module))[kind](object).validate();
    } catch (error) {
        problems.push(`${name}: ${error.message}`);
    }

    number++;
    program += `import type { I${kind} as Kind${number} } from "${module}"; export const object${number}: Kind${number} = ${JSON.stringify(object)};\n`;
}

const folder = mkdtempSync(`${modules}.check-`);
try {
    writeFileSync(`${folder}/objects.ts`, program);
    execFileSync(`${modules}.bin/tsc`, ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", `${folder}/objects.ts`], { encoding: "utf8" });
} catch (error) {
    problems.push(error.stdout || error.message);
} finally {
    rmSync(folder, { recursive: true });
}

console.log(problems.length ? problems.join("\n") : `${number} objects`);
process.exitCode = problems.length ? 1 : 0;
