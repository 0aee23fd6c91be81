/** The same pictures as a table, for keyboards, for screen readers and for reading. */

import { useMemo, useState } from "preact/hooks";
import { isMeasured, type Column } from "../data/source";
import { isMissing } from "../data/table";
import { ROWS, type Model } from "./model";
import { Thumb, useRead } from "./thumb";
import { count, pictures, valueOf } from "./words";

const MOST_COLUMNS = 6;

interface Order {
  readonly id: string;
  readonly down: boolean;
}

export function List({ model }: { model: Model }) {
  const [order, setOrder] = useState<Order | null>(null);
  const columns = useMemo(() => columnsOf(model), [model, model.colour]);
  const sorted = useSorted(model, order);
  const pages = Math.max(1, Math.ceil(sorted.length / ROWS));
  const page = Math.min(model.page, pages - 1);
  const rows = Array.prototype.slice.call(sorted, page * ROWS, (page + 1) * ROWS) as number[];
  return (
    <section class="list" aria-labelledby="list-title">
      <div class="list-head">
        <h2 id="list-title" tabIndex={-1}>{pictures(sorted.length)}</h2>
        <p class="quiet">{describe(model)}</p>
        {model.trouble && <p class="quiet">{model.trouble}</p>}
        {model.chosen.length > 0 && (
          <div class="choices" role="radiogroup" aria-label="Listed pictures">
            {(["passing", "chosen"] as const).map((which) => (
              <label class={model.listed === which ? "choice on" : "choice"} key={which}>
                <input type="radio" name="listed" checked={model.listed === which} onChange={() => model.setListed(which)} />
                {which === "chosen" ? `Chosen (${count(model.chosen.length)})` : `Shown (${count(model.passing.length)})`}
              </label>
            ))}
          </div>
        )}
        <Pages model={model} page={page} pages={pages} />
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of pictures">
        <table>
          <thead>
            <tr>
              <th scope="col"><span class="spoken">Choose</span></th>
              <th scope="col">Picture</th>
              <th scope="col">File</th>
              {columns.map((column) => (
                <Heading key={column.id} column={column} order={order} setOrder={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((index) => (
              <Row key={index} model={model} index={index} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && rows.length > 12 && <Pages model={model} page={page} pages={pages} />}
    </section>
  );
}

function describe(model: Model): string {
  if (model.empty) return "This collection is empty.";
  if (model.listed === "chosen") return "Those that you have chosen.";
  return model.filters.all.size ? `Of ${pictures(model.manifest.count)}, those that pass the filters.` : "All of the collection.";
}

function columnsOf(model: Model): readonly Column[] {
  const all = model.table.measured.filter((column) => column.id !== "right");
  const first = all.filter((column) => column.id === model.colour);
  const rest = all.filter((column) => column.id !== model.colour);
  return [...first, ...rest].slice(0, MOST_COLUMNS);
}

function Heading({ column, order, setOrder }: { column: Column; order: Order | null; setOrder(order: Order | null): void }) {
  const here = order?.id === column.id ? order : null;
  const next = !here ? { id: column.id, down: false } : here.down ? null : { id: column.id, down: true };
  return (
    <th scope="col" aria-sort={here ? (here.down ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick={() => setOrder(next)}>
        {column.title}
        <span aria-hidden="true">{here ? (here.down ? " ↓" : " ↑") : ""}</span>
      </button>
    </th>
  );
}

function useSorted(model: Model, order: Order | null): ArrayLike<number> {
  const { rows } = model;
  const column = order ? model.table.column(order.id) : undefined;
  const values = useRead(async () => (column ? model.table.values(column.id) : null), [column?.id]);
  return useMemo(() => {
    if (!order || !values || !column || !isMeasured(column)) return rows;
    // Kinds by name, numbers by size; pictures without a value come last either way.
    const names = column.type === "category" ? column.values.map((name, code) => ({ name, code })) : [];
    const ranks = new Float64Array(names.length);
    names.sort((a, b) => a.name.localeCompare(b.name)).forEach(({ code }, rank) => (ranks[code] = rank));
    const sign = order.down ? -1 : 1;
    const key = (index: number) =>
      isMissing(values[index], values) ? Infinity : sign * (names.length ? ranks[values[index]] : values[index]);
    return Uint32Array.from(rows).sort((a, b) => key(a) - key(b) || a - b);
  }, [rows, order, values]);
}

function Row({ model, index, columns }: { model: Model; index: number; columns: readonly Column[] }) {
  const path = useRead(() => model.table.text("path", index), [index]) ?? "…";
  const chosen = model.chosen.includes(index);
  return (
    <tr class={model.current === index ? "current" : undefined}>
      <td>
        <input type="checkbox" aria-label={`Choose ${path}`} checked={chosen} onChange={() => model.toggleChosen(index)} />
      </td>
      <td class="small">
        <Thumb model={model} index={index} />
      </td>
      <th scope="row">
        <button type="button" class="plain" onClick={() => void model.select(index)}>
          <bdi>{path}</bdi>
        </button>
      </th>
      {columns.map((column) => (
        <Cell key={column.id} model={model} column={column} index={index} />
      ))}
    </tr>
  );
}

function Cell({ model, column, index }: { model: Model; column: Column; index: number }) {
  const text = useRead(() => valueOf(model.table, column, index), [column.id, index]);
  return <td class={column.type === "category" ? undefined : "number"}>{text === "" ? <span class="quiet">none</span> : text}</td>;
}

function Pages({ model, page, pages }: { model: Model; page: number; pages: number }) {
  if (pages <= 1) return null;
  return (
    <p class="pages">
      <button type="button" disabled={page === 0} onClick={() => model.setPage(page - 1)}>
        Previous
      </button>
      <label>
        Page{" "}
        <input
          type="number"
          min={1}
          max={pages}
          value={page + 1}
          onChange={(event) => {
            const wanted = Math.round(Number(event.currentTarget.value)) || 1;
            model.setPage(Math.min(pages, Math.max(1, wanted)) - 1);
          }}
        />{" "}
        of {count(pages)}
      </label>
      <button type="button" disabled={page >= pages - 1} onClick={() => model.setPage(page + 1)}>
        Next
      </button>
    </p>
  );
}
