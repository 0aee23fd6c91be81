// Builds the map's page into the Python package; `--check` compares instead of writing.
// The bundle is the same for the same sources: exact tool versions, no dates, no paths.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "src", "sortal", "map", "site", "static");
const maps = join(here, "dist"); // source maps stay out of the package
const check = process.argv.includes("--check");

const bundled = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/page/main.tsx" },
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  sourcemap: "external",
  jsx: "automatic",
  jsxImportSource: "preact",
  banner: {
    js: "/*! Sortal's map. Apache-2.0. Built from frontend/; holds Preact, MIT, (c) Jason Miller. */",
  },
  write: false,
});

const outputs = new Map(bundled.outputFiles.map((file) => [file.path.split(/[\\/]/).pop(), file.contents]));
outputs.set("index.html", await readFile(join(here, "src", "page", "index.html")));

const stale = [];
for (const [name, contents] of outputs) {
  if (name.endsWith(".map")) {
    if (!check) await save(join(maps, name), contents);
  } else if (check) {
    const shipped = await readFile(join(target, name)).catch(() => Buffer.alloc(0));
    if (!shipped.equals(Buffer.from(contents))) stale.push(name);
  } else {
    await save(join(target, name), contents);
    console.log(`${name} ${contents.length.toLocaleString("en")} bytes`);
  }
}
if (stale.length) {
  console.error(`${stale.join(", ")} in src/sortal/map/site/static: not what frontend/ builds; run "make frontend".`);
  process.exit(1);
}

async function save(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}
