/** The map itself with its hands: arrangement, colours and their meaning, and what can be chosen. */

import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import type { CategoryColumn, Measured } from "../../data/source";
import { colourOf, leading, noneOf, OTHERS, rampOf } from "../../page/colours";
import type { MapMessage } from "../api";
import { Sign } from "../parts/sign";
import type { Studio } from "../studio";
import { count, percent, t } from "../texts";
import { Chart } from "./chart";
import { Chosen } from "./chosen";
import { Next } from "./next";

export interface BoardGiven {
  studio: Studio;
  chart: Chart;
}

export function Board({ studio, map }: { studio: Studio; map: MapMessage }) {
  const [chart] = useState(() => new Chart(studio));
  const [, draw] = useReducer((n: number, _: void) => n + 1, 0);
  const canvas = useRef<HTMLDivElement>(null);
  const names = useRef<HTMLDivElement>(null);
  useEffect(() => chart.on(() => draw()), [chart]);
  useEffect(() => {
    if (canvas.current && names.current) void chart.open(canvas.current, names.current);
    return () => chart.close();
  }, [chart]);
  useEffect(() => void chart.refresh(), [chart, studio.project?.revision]);
  return (
    <>
      <div class="map-board">
        <section class="map-stage" aria-label={t.screens.map}>
          <div class="map-canvas" ref={canvas} />
          <div class="map-names" ref={names} aria-hidden="true" />
          <p id="map-keys" class="spoken">{t.map.keys}</p>
          {chart.hovered && <Tip chart={chart} />}
          {chart.trouble && <p class="warning" role="alert"><Sign of="warn" /> {chart.trouble}</p>}
          <Controls chart={chart} />
        </section>
        <div class="map-legend">
          <Looks chart={chart} />
          {chart.shade && <Legend chart={chart} column={chart.shade.column} />}
          {map.notes.map((note) => <p class="quiet" lang="en">{note}</p>)}
        </div>
      </div>
      <Chosen studio={studio} chart={chart} />
      {studio.finished.length > 0 && <Next studio={studio} chart={chart} />}
    </>
  );
}

function Tip({ chart }: { chart: Chart }) {
  const { hovered, shade } = chart;
  if (!hovered || !shade) return null;
  const words = valueOf(shade.column, shade.values[hovered.index]);
  return (
    <p class="map-tip" aria-hidden="true" style={{ left: `${hovered.left}px`, top: `${hovered.top}px` }}>
      {t.map.column(shade.column.id, shade.column.title)}: {words}
    </p>
  );
}

function valueOf(column: Measured, value: number): string {
  if (column.type === "category") return said(column.values[value] ?? t.map.nothing);
  if (!Number.isFinite(value)) return t.map.nothing;
  return isShare(column) ? percent(value) : count(Number(value.toPrecision(4)));
}

/** Answers that the map's writer gives in English. */
const said = (value: string): string => ({ right: t.map.right, wrong: t.map.wrong })[value] ?? value;

const isShare = (column: Measured): boolean => column.type === "number" && column.min !== null && column.min >= 0 && (column.max ?? 2) <= 1;

function Looks({ chart }: { chart: Chart }) {
  const layouts = chart.manifest?.layouts ?? [];
  const fidelity = chart.layout?.fidelity?.words;
  return (
    <>
      <label>
        <span class="label">{t.map.arrange}</span>
        <select value={chart.layout?.id ?? ""} disabled={!layouts.length} onChange={(event) => void chart.setLayout(event.currentTarget.value)}>
          {layouts.map((one) => <option key={one.id} value={one.id}>{t.map.layout(one.id, one.title)}</option>)}
        </select>
      </label>
      {fidelity && (
        <details>
          <summary>{t.map.trust}</summary>
          <p class="quiet" lang="en">{fidelity}</p>
        </details>
      )}
      <label>
        <span class="label">{t.map.colour}</span>
        <select value={chart.colour} onChange={(event) => void chart.setColour(event.currentTarget.value)}>
          {chart.columns.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
        </select>
      </label>
    </>
  );
}

function Legend({ chart, column }: { chart: Chart; column: Measured }) {
  if (column.type !== "category") return <Ramp chart={chart} column={column} />;
  return <Kinds chart={chart} column={column} />;
}

/** Each colour in words; pressing one chooses its pictures. */
function Kinds({ chart, column }: { chart: Chart; column: CategoryColumn }) {
  const codes = leading(column);
  const others = column.counts.filter((n) => n > 0).length - codes.length;
  return (
    <ul class="legend" aria-label={t.map.colours}>
      {codes.map((code) => (
        <li key={code}>
          <button type="button" title={t.map.chooseKind} onClick={() => chart.chooseKind(column, code)}>
            <Dot colour={colourOf(column, code, chart.scheme)} />
            <span class="name">{said(column.values[code])}</span>
            <span class="number">{count(column.counts[code])}</span>
          </button>
        </li>
      ))}
      {others > 0 && <li class="rest"><Dot colour={OTHERS[chart.scheme]} /> {t.map.others(others)}</li>}
      {column.missing > 0 && <li class="rest"><Dot colour={noneOf(chart.scheme)} /> {t.map.without(column.missing)}</li>}
    </ul>
  );
}

function Ramp({ chart, column }: { chart: Chart; column: Exclude<Measured, CategoryColumn> }) {
  return (
    <div class="ramp">
      <div class="bar" style={{ backgroundImage: `linear-gradient(to right, ${rampOf(chart.scheme).join(", ")})` }} />
      <p class="ends quiet">
        <span>{valueOf(column, column.min ?? NaN)}</span>
        <span>{valueOf(column, column.max ?? NaN)}</span>
      </p>
      {column.missing > 0 && <p class="rest"><Dot colour={noneOf(chart.scheme)} /> {t.map.without(column.missing)}</p>}
    </div>
  );
}

function Dot({ colour }: { colour: string }) {
  return <span class="dot" style={{ backgroundColor: colour }} aria-hidden="true" />;
}

/** For those without a wheel or a mouse; drawing a line has the key L. */
function Controls({ chart }: { chart: Chart }) {
  const lasso = chart.mode === "lasso";
  return (
    <div class="map-controls" role="group" aria-label={t.map.controls}>
      <button type="button" aria-pressed={lasso} title={t.map.lassoKey} onClick={() => chart.map?.setMode(lasso ? "pan" : "lasso")}>
        {t.map.lasso}
      </button>
      <button type="button" onClick={() => chart.chooseInSight()}>{t.map.inSight}</button>
      <button type="button" aria-pressed={chart.adding} onClick={() => chart.setAdding(!chart.adding)}>{t.map.add}</button>
      <button type="button" class="icon" aria-label={t.map.nearer} title={t.map.nearer} onClick={() => chart.map?.zoom(1.7)}>
        <Sign of="plus" />
      </button>
      <button type="button" class="icon" aria-label={t.map.farther} title={t.map.farther} onClick={() => chart.map?.zoom(1 / 1.7)}>
        <Sign of="minus" />
      </button>
      <button type="button" class="icon" aria-label={t.map.whole} title={t.map.whole} onClick={() => chart.map?.showAll()}>
        <Sign of="whole" />
      </button>
    </div>
  );
}
