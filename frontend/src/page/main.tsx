/** The page of a map that lies beside it as scripts. */

import { render } from "preact";
import { ScriptSource } from "../data/scripts";
import { App } from "./app";
import { Model } from "./model";
import "./app.css";

const root = document.getElementById("app");

async function start(): Promise<void> {
  if (!root) return;
  const source = new ScriptSource();
  try {
    const manifest = await source.manifest();
    document.title = `${manifest.title} · map`;
    const model = new Model(source, manifest);
    render(<App model={model} />, root);
    // For tests and for the console: what the page knows, and its map.
    Object.assign(globalThis, { map: model });
  } catch (error) {
    render(<p class="nothing" role="alert">{(error as Error).message}</p>, root);
  }
}

void start();
