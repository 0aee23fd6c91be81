/** Which pictures are shown: kinds to tick, stretches of numbers and dates to choose. */

import { useState } from "preact/hooks";
import type { CategoryColumn, Measured, NumberColumn } from "../data/source";
import type { Model } from "./model";
import { count, measure, pictures } from "./words";
import { useRead } from "./thumb";

const FIRST = 12;
const BINS = 40;

export function FilterPart({ model }: { model: Model }) {
  const columns = model.table.measured.filter(tells);
  const active = model.filters.all.size;
  if (columns.length === 0) return null;
  return (
    <section class="part" aria-labelledby="filter">
      <h2 id="filter">Filter</h2>
      {active > 0 && (
        <p class="state">
          <span>
            {count(model.passing.length)} of {pictures(model.manifest.count)}
          </span>
          <button type="button" class="plain" onClick={() => void model.clearFilters()}>
            Show all
          </button>
        </p>
      )}
      {columns.map((column) => (
        <ColumnFilter key={column.id} model={model} column={column} />
      ))}
    </section>
  );
}

/** A column that says the same of every picture filters nothing. */
function tells(column: Measured): boolean {
  if (column.type !== "category") return column.min !== null && (column.min !== column.max || column.missing > 0);
  return column.counts.filter((n) => n > 0).length + (column.missing > 0 ? 1 : 0) > 1;
}

function ColumnFilter({ model, column }: { model: Model; column: Measured }) {
  const [open, setOpen] = useState(false);
  const filter = model.filters.get(column.id);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span>{column.title}</span>
        {filter && <span class="number">{stateOf(column, filter)}</span>}
      </summary>
      {open && (column.type === "category" ? <Kinds model={model} column={column} /> : <Stretch model={model} column={column} />)}
      {column.wrong > 0 && open && (
        <p class="quiet">
          {column.wrong === 1 ? "1 value was" : `${count(column.wrong)} values were`} not readable as{" "}
          {column.type === "date" ? "dates" : "numbers"} and count{column.wrong === 1 ? "s" : ""} as missing.
        </p>
      )}
    </details>
  );
}

function stateOf(column: Measured, filter: NonNullable<ReturnType<Model["filters"]["get"]>>): string {
  if (filter.kind === "range") return `${measure(filter.from, column)} to ${measure(filter.to, column)}`;
  return `${filter.codes.size + (filter.missing ? 1 : 0)} ticked`;
}

function Kinds({ model, column }: { model: Model; column: CategoryColumn }) {
  const [all, setAll] = useState(false);
  useRead(() => model.table.values(column.id), [column.id]);
  const filter = model.filters.get(column.id);
  const counts = model.filters.counts(column) ?? Uint32Array.from([...column.counts, column.missing]);
  const order = column.values.map((_, code) => code).sort((a, b) => column.counts[b] - column.counts[a] || a - b);
  const shown = all ? order : order.slice(0, FIRST);
  const most = Math.max(1, ...counts);
  const row = (code: number | "missing", name: string, n: number, ticked: boolean) => (
    <li key={code}>
      <label class={n === 0 ? "kind none" : "kind"}>
        <input type="checkbox" checked={ticked} onChange={() => void model.toggle(column.id, code)} />
        <span class="name">{name}</span>
        <span class="number">{count(n)}</span>
        <span class="share" style={{ width: `${(100 * n) / most}%` }} />
      </label>
    </li>
  );
  return (
    <>
      <ul class="kinds" aria-label={column.title}>
        {shown.map((code) =>
          row(code, column.values[code], counts[code], filter?.kind === "values" && filter.codes.has(code)),
        )}
        {column.missing > 0 &&
          row("missing", "no value", counts[column.values.length], filter?.kind === "values" && filter.missing)}
      </ul>
      {order.length > FIRST && (
        <button type="button" class="plain" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${count(order.length)}`}
        </button>
      )}
    </>
  );
}

function Stretch({ model, column }: { model: Model; column: NumberColumn }) {
  useRead(() => model.table.values(column.id), [column.id]);
  const [low, high] = [column.min ?? 0, column.max ?? 1];
  const filter = model.filters.get(column.id);
  const [from, to] = filter?.kind === "range" ? [filter.from, filter.to] : [low, high];
  const bins = model.filters.histogram(column, BINS) ?? Uint32Array.from(column.histogram);
  const set = (a: number, b: number) => {
    const [least, greatest] = [Math.min(a, b), Math.max(a, b)];
    void model.setFilter(column.id, least <= low && greatest >= high ? null : { kind: "range", from: least, to: greatest });
  };
  const step = (high - low) / 200 || 1;
  return (
    <div class="stretch">
      <Bars bins={bins} low={low} high={high} from={from} to={to} set={set} />
      <div class="sliders">
        <Slider name={`${column.title}, from`} column={column} value={from} step={step} set={(value) => set(value, to)} />
        <Slider name={`${column.title}, to`} column={column} value={to} step={step} set={(value) => set(from, value)} />
      </div>
      <div class="ends">
        <span>{measure(from, column)}</span>
        {filter && (
          <button type="button" class="plain" onClick={() => void model.setFilter(column.id, null)}>
            All
          </button>
        )}
        <span>{measure(to, column)}</span>
      </div>
      {column.missing > 0 && <p class="quiet">{pictures(column.missing)} without a value; a stretch leaves them out.</p>}
    </div>
  );
}

interface SliderProps {
  readonly name: string;
  readonly column: NumberColumn;
  readonly value: number;
  readonly step: number;
  set(value: number): void;
}

function Slider({ name, column, value, step, set }: SliderProps) {
  const [low, high] = [column.min ?? 0, column.max ?? 1];
  // Whole steps, so that both ends of the column are reached exactly.
  const at = Math.round((value - low) / step);
  const steps = Math.round((high - low) / step) || 1;
  return (
    <input
      type="range"
      aria-label={name}
      aria-valuetext={measure(value, column)}
      min={0}
      max={steps}
      step={1}
      value={at}
      onInput={(event) => {
        const now = Number(event.currentTarget.value);
        set(now <= 0 ? low : now >= steps ? high : low + now * step);
      }}
    />
  );
}

interface BarsProps {
  readonly bins: Uint32Array;
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
  set(from: number, to: number): void;
}

/** The histogram; dragging over it chooses a stretch. The sliders below do the same with keys. */
function Bars({ bins, low, high, from, to, set }: BarsProps) {
  const most = Math.max(1, ...bins);
  const width = (high - low) / bins.length || 1;
  const valueAt = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const rect = event.currentTarget.getBoundingClientRect();
    return low + Math.min(1, Math.max(0, (event.clientX - rect.left) / rect.width)) * (high - low);
  };
  const [start, setStart] = useState<number | null>(null);
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${bins.length} 20`}
      preserveAspectRatio="none"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setStart(valueAt(event));
      }}
      onPointerMove={(event) => start !== null && set(start, valueAt(event))}
      onPointerUp={(event) => {
        // A press without a drag ends the stretch.
        if (start !== null && Math.abs(valueAt(event) - start) < width / 2) set(low, high);
        setStart(null);
      }}
    >
      {[...bins].map((n, i) => {
        const inside = low + (i + 1) * width >= from && low + i * width <= to;
        const height = n === 0 ? 0 : Math.max(0.7, (18 * n) / most);
        return <rect key={i} class={inside ? "in" : "out"} x={i + 0.08} width={0.84} y={20 - height} height={height} />;
      })}
    </svg>
  );
}
