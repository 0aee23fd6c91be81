// Builds the pages into the Python package; `--check` compares instead of writing.
// A bundle is the same for the same sources: exact tool versions, no dates, no paths.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { typesOf } from "./types.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, "..");
const maps = join(here, "dist"); // source maps stay out of the package
const check = process.argv.includes("--check");

/** Each script: what it is, where it begins, the HTML that loads it, what goes beside it as it is, and where the package keeps it. */
const BUNDLES = [
  { what: "map", name: "app", entry: "src/page/main.tsx", html: "src/page/index.html", into: "src/sortal/map/site/static" },
  { what: "studio", name: "studio", entry: "src/studio/main.tsx", html: "src/studio/index.html", into: "src/sortal/studio/static" },
  { what: "page for a model", name: "takeaway", entry: "src/takeaway/main.tsx", html: "src/takeaway/index.html", into: "src/sortal/takeaway/static" },
  { what: "worker for a model", name: "answering", entry: "src/takeaway/answering.ts", copies: ["node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"], holds: "ONNX Runtime, MIT, (c) Microsoft Corporation", into: "src/sortal/takeaway/static" },
];

const stale = [];
const studio = join(here, "src", "studio");
await place(join(studio, "api.ts"), Buffer.from(typesOf(JSON.parse(await readFile(join(studio, "openapi.json"), "utf8")))));
for (const bundle of BUNDLES) {
  for (const [name, contents] of await built(bundle)) await place(join(repository, bundle.into, name), contents);
}
if (stale.length) {
  console.error(`${stale.join(", ")}: not what frontend/ builds; run "npm run build" there.`);
  process.exit(1);
}

async function built({ what, name, entry, html, copies = [], holds = "Preact, MIT, (c) Jason Miller" }) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: { [name]: entry },
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
    define: { "import.meta.url": "location.href" }, // a plain script has no address of its own
    banner: {
      js: `/*! Sortal's ${what}. Apache-2.0. Built from frontend/; holds ${holds}. */`,
    },
    write: false,
  });
  const outputs = new Map(outputFiles.map((file) => [basename(file.path), file.contents]));
  for (const map of [...outputs.keys()].filter((one) => one.endsWith(".map"))) {
    if (!check) await save(join(maps, map), outputs.get(map));
    outputs.delete(map);
  }
  for (const path of copies) outputs.set(basename(path), await readFile(join(here, path)));
  return html ? outputs.set("index.html", await readFile(join(here, html))) : outputs;
}

async function place(path, contents) {
  const shown = relative(repository, path);
  if (check) {
    const shipped = await readFile(path).catch(() => Buffer.alloc(0));
    if (!shipped.equals(Buffer.from(contents))) stale.push(shown);
    return;
  }
  await save(path, contents);
  console.log(`${shown} ${contents.length.toLocaleString("en")} bytes`);
}

async function save(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}
