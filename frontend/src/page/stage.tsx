/** The map on the page: its canvas, what lies over it, and the buttons for those without a wheel. */

import { useEffect, useRef } from "preact/hooks";
import type { Model } from "./model";
import { Overlay } from "./overlay";
import { Thumb, useRead } from "./thumb";
import { fileName, valueOf } from "./words";

const KEYS =
  "Arrow keys move, plus and minus zoom, 0 shows all, Enter opens the picture in the middle. " +
  "The list holds the same pictures as a table.";

export function Stage({ model }: { model: Model }) {
  const element = useRef<HTMLDivElement>(null);
  const names = useRef<HTMLDivElement>(null);
  const overlay = useRef<Overlay | null>(null);
  useEffect(() => {
    if (!element.current || !names.current) return;
    void model.start(element.current);
    const { map } = model;
    if (!map) return;
    map.canvas.setAttribute("role", "application");
    map.canvas.setAttribute("aria-roledescription", "map");
    map.canvas.setAttribute("aria-label", `Map of ${model.manifest.title}`);
    map.canvas.setAttribute("aria-describedby", "keys");
    overlay.current = new Overlay(names.current, map, model.manifest, model.source);
  }, []);
  const layout = model.manifest.layouts.find((one) => one.id === model.layout);
  useEffect(() => {
    overlay.current?.setLayout(layout, layout === model.manifest.layouts[0]);
  }, [layout, model.map]);
  return (
    <section class="stage" aria-label="Map" hidden={model.list}>
      <div class="canvas" ref={element} />
      <div class="names" ref={names} aria-hidden="true" />
      <p id="keys" class="spoken">{KEYS}</p>
      {model.hovered && <Tip model={model} {...model.hovered} />}
      {model.trouble && <p class="trouble" role="status">{model.trouble}</p>}
      <Controls model={model} />
    </section>
  );
}

function Tip({ model, index, left, top }: { model: Model; index: number; left: number; top: number }) {
  const name = useRead(async () => fileName(await model.table.text("path", index)), [index]);
  const column = model.table.column(model.colour);
  const value = useRead(async () => (column ? valueOf(model.table, column, index) : ""), [index, column?.id]);
  return (
    <div class="tip" aria-hidden="true" style={{ left: `${left}px`, top: `${top}px` }}>
      <Thumb model={model} index={index} />
      <span>
        <bdi class="name">{name}</bdi>
        {value && column && (
          <span class="quiet">
            {column.title}: {value}
          </span>
        )}
      </span>
    </div>
  );
}

function Controls({ model }: { model: Model }) {
  if (!model.map || model.empty) return null;
  const lasso = model.mode === "lasso";
  return (
    <div class="controls" role="group" aria-label="Map controls">
      <button type="button" aria-label="Nearer" title="Nearer (+)" onClick={() => model.map?.zoom(1.7)}>
        <Sign path="M8 3v10M3 8h10" />
      </button>
      <button type="button" aria-label="Farther" title="Farther (-)" onClick={() => model.map?.zoom(1 / 1.7)}>
        <Sign path="M3 8h10" />
      </button>
      <button type="button" aria-label="Show the whole map" title="Whole map (0)" onClick={() => model.map?.showAll()}>
        <Sign path="M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3" />
      </button>
      <button
        type="button"
        aria-pressed={lasso}
        aria-label="Choose pictures by drawing around them"
        title="Draw around pictures (or hold Shift)"
        onClick={() => model.setMode(lasso ? "pan" : "lasso")}
      >
        <Sign path="M8 2.5c3.300 0 5.5 1.600 5.5 4s-2.200 4-5.5 4S2.5 8.900 2.5 6.5 4.700 2.5 8 2.5M5.200 10c-1.200.6-1.600 2 .1 2.300 1.5.3 1.300 1.200.7 1.700" />
      </button>
      <button
        type="button"
        aria-label="Choose all pictures in sight"
        title="Choose all in sight"
        onClick={() => model.chooseInSight()}
      >
        <Sign path="M3 3h10v10H3zM5.5 8.200l1.800 1.800 3.400-3.800" />
      </button>
    </div>
  );
}

export function Sign({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
