/** By what the dots are coloured, and what each colour says. */

import type { CategoryColumn, Measured } from "../data/source";
import { colourOf, leading, noneOf, OTHERS, rampOf } from "./colours";
import type { Model } from "./model";
import { count, measure } from "./words";

export function Colour({ model }: { model: Model }) {
  const column = model.table.measured.find((one) => one.id === model.colour);
  return (
    <section class="part" aria-labelledby="colour">
      <h2 id="colour">Colour</h2>
      <select
        aria-labelledby="colour"
        value={model.colour}
        onChange={(event) => void model.setColour(event.currentTarget.value)}
      >
        <option value="">All alike</option>
        {model.table.measured.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </select>
      {column && <Legend model={model} column={column} />}
    </section>
  );
}

function Legend({ model, column }: { model: Model; column: Measured }) {
  return column.type === "category" ? <Kinds model={model} column={column} /> : <Ramp model={model} column={column} />;
}

function Kinds({ model, column }: { model: Model; column: CategoryColumn }) {
  const codes = leading(column);
  const filter = model.filters.get(column.id);
  const ticked = (code: number) => filter?.kind === "values" && filter.codes.has(code);
  const present = column.counts.filter((n) => n > 0).length;
  const others = present - codes.length;
  return (
    <ul class="legend" aria-label={`Colours of ${column.title}`}>
      {codes.map((code) => (
        <li key={code}>
          <button
            type="button"
            aria-pressed={ticked(code) === true}
            title="Show only these"
            onClick={() => void model.toggle(column.id, code)}
          >
            <Dot colour={colourOf(column, code, model.scheme)} />
            <span class="name">{column.values[code]}</span>
            <span class="number">{count(column.counts[code])}</span>
          </button>
        </li>
      ))}
      {others > 0 && (
        <li class="rest">
          <Dot colour={OTHERS[model.scheme]} /> <span class="name">{count(others)} others</span>
        </li>
      )}
      {column.missing > 0 && (
        <li class="rest">
          <Dot colour={noneOf(model.scheme)} /> <span class="name">no value</span>
          <span class="number">{count(column.missing)}</span>
        </li>
      )}
    </ul>
  );
}

function Ramp({ model, column }: { model: Model; column: Exclude<Measured, CategoryColumn> }) {
  if (column.min === null || column.max === null) return <p class="quiet">No picture has a value.</p>;
  const ramp = rampOf(model.scheme);
  return (
    <div class="ramp">
      <div class="bar" style={{ backgroundImage: `linear-gradient(to right, ${ramp.join(", ")})` }} />
      <div class="ends">
        <span>{measure(column.min, column)}</span>
        <span>{measure(column.max, column)}</span>
      </div>
      {column.missing > 0 && (
        <p class="rest">
          <Dot colour={noneOf(model.scheme)} /> no value: {count(column.missing)}
        </p>
      )}
    </div>
  );
}

export function Dot({ colour }: { colour: string }) {
  return <span class="dot" style={{ backgroundColor: colour }} aria-hidden="true" />;
}
