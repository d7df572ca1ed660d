// The client as the pages of the server load it: plain modules, committed beside them, so that a machine with only the .NET SDK can start the server.
//   node scripts/build-page.mjs              builds them
//   node scripts/build-page.mjs --if-changed builds them when the sources are others than they were built from; what is missing for that is no failure
//   node scripts/build-page.mjs --check      fails when the committed ones are not what the sources give

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const INSTALL_WITHIN_MS = 60_000;
const STAMP = "SOURCES";
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const output = join(project, "../../RealTimeActors.Server/wwwroot/client");
const compiler = join(project, "node_modules/typescript/bin/tsc");
const mode = process.argv[2] ?? "";

if (mode === "--if-changed") buildIfChanged();
else if (mode === "--check") check();
else if (mode === "") install(build());
else fail(`--if-changed, --check or nothing is expected; ${mode} came.`);

function buildIfChanged() {
  if (existsSync(join(output, STAMP)) && readFileSync(join(output, STAMP), "utf8") === stampOf()) return;
  if (!existsSync(compiler)) {
    const npm = spawnSync(process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--ignore-scripts"], { cwd: project, timeout: INSTALL_WITHIN_MS, stdio: "ignore", shell: process.platform === "win32" });
    if (npm.status !== 0 || !existsSync(compiler)) {
      console.log("The sources of the TypeScript client have changed, and its compiler could not be installed: the pages go on with the client that is committed. 'npm ci && npm run build:page' in src/clients/typescript builds it.");
      return;
    }
  }
  install(build());
  console.log("The TypeScript client was built for the pages.");
}

function check() {
  const fresh = build();
  const differing = [...new Set([...filesOf(fresh), ...filesOf(output)])].filter(file => textOf(join(fresh, file)) !== textOf(join(output, file)));
  rmSync(fresh, { recursive: true });
  if (differing.length > 0) fail(`What is committed in ${relative(process.cwd(), output)} is not what the sources give: ${differing.join(", ")}. Run 'npm run build:page' in src/clients/typescript and commit the result.`);
  console.log("The committed client of the pages is what the sources give.");
}

/** Answers the directory that it was built into. */
function build() {
  if (!existsSync(compiler)) fail("The compiler is expected in node_modules: run 'npm ci' in src/clients/typescript first.");
  const fresh = mkdtempSync(join(tmpdir(), "realtime-client-"));
  const compiled = spawnSync(process.execPath, [compiler, "-p", "tsconfig.page.json", "--outDir", fresh], { cwd: project, stdio: ["ignore", "inherit", "inherit"] });
  if (compiled.status !== 0) {
    rmSync(fresh, { recursive: true });
    fail("The TypeScript client does not compile.");
  }
  writeFileSync(join(fresh, STAMP), stampOf());
  return fresh;
}

function install(fresh) {
  rmSync(output, { recursive: true, force: true });
  cpSync(fresh, output, { recursive: true });
  rmSync(fresh, { recursive: true });
}

/** What the sources are, whenever they were written. Lines may end as the platform has it. */
function stampOf() {
  const hash = createHash("sha256");
  for (const file of [...filesOf(join(project, "src")).map(name => join("src", name)), "tsconfig.json", "tsconfig.build.json", "tsconfig.page.json", "package-lock.json"]) {
    hash.update(`${file.split(sep).join("/")}\n${textOf(join(project, file))}\n`);
  }
  return `${hash.digest("hex")}\n`;
}

function filesOf(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => relative(directory, join(entry.parentPath ?? entry.path, entry.name))).sort();
}

function textOf(file) { return existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r\n", "\n") : null; }

function fail(message) {
  console.error(message);
  process.exit(1);
}
