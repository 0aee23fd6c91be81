/** Pictures chosen by a line or from the list: what they are, and their names to take away. */

import { useEffect, useState } from "preact/hooks";
import type { CategoryColumn } from "../data/source";
import { Dot } from "./colour";
import { colourOf } from "./colours";
import { commaSeparated, copy, download, paths } from "./files";
import type { Model } from "./model";
import { Thumb, useRead } from "./thumb";
import { count, fileName, pictures } from "./words";

const FIRST = 60;

export function Selection({ model }: { model: Model }) {
  const { chosen } = model;
  const [most, setMost] = useState(FIRST);
  useEffect(() => setMost(FIRST), [chosen]);
  return (
    <section class="selection" aria-labelledby="chosen">
      <h2 id="chosen" tabIndex={-1}>{pictures(chosen.length)} chosen</h2>
      <Takeaway model={model} />
      <Breakdown model={model} />
      <ul class="thumbs" aria-label="Chosen pictures">
        {chosen.slice(0, most).map((index) => (
          <li key={index}>
            <ChosenTile model={model} index={index} />
          </li>
        ))}
      </ul>
      {chosen.length > most && (
        <button type="button" class="plain" onClick={() => setMost(most + 120)}>
          Show more of {count(chosen.length)}
        </button>
      )}
    </section>
  );
}

function ChosenTile({ model, index }: { model: Model; index: number }) {
  const name = useRead(async () => fileName(await model.table.text("path", index)), [index]) ?? `number ${index + 1}`;
  return (
    <button type="button" class="tile" title={name} onClick={() => void model.select(index)}>
      <Thumb model={model} index={index} label={name} />
    </button>
  );
}

function Takeaway({ model }: { model: Model }) {
  const [at, setAt] = useState("");
  const take = (what: string, act: () => Promise<void>) => () => {
    setAt(what);
    act().then(
      () => model.say(what),
      (error: Error) => model.fail(error),
    ).finally(() => setAt(""));
  };
  const { table, chosen } = model;
  const list = async () => `${(await paths(table, chosen)).join("\n")}\n`;
  return (
    <p class="actions">
      <button type="button" disabled={at !== ""} onClick={take("File names copied.", async () => copy(await list()))}>
        Copy file names
      </button>
      <button
        type="button"
        disabled={at !== ""}
        onClick={take("CSV saved.", async () =>
          download("chosen.csv", "text/csv", await commaSeparated(table, chosen)),
        )}
      >
        Save CSV
      </button>
      <button
        type="button"
        disabled={at !== ""}
        onClick={take("File list saved.", async () => download("chosen.txt", "text/plain", await list()))}
      >
        Save file list
      </button>
      {model.map && !model.list && (
        <button type="button" onClick={() => model.showChosen()}>
          Fly there
        </button>
      )}
      <button type="button" onClick={() => (model.setListed("chosen"), model.showList(true))}>
        List them
      </button>
      <button type="button" onClick={() => model.choose([])}>
        Clear
      </button>
    </p>
  );
}

/** How many of each kind, by the column that colours the map or the label. */
function Breakdown({ model }: { model: Model }) {
  const column = [model.colour, "label", "prediction", "cluster"]
    .map((id) => model.table.column(id))
    .find((one): one is CategoryColumn => one?.type === "category");
  const values = useRead(async () => (column ? model.table.values(column.id) : null), [column?.id]);
  if (!column || !values) return null;
  const counts = new Map<number, number>();
  for (const index of model.chosen) counts.set(values[index], (counts.get(values[index]) ?? 0) + 1);
  const order = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 6);
  return (
    <ul class="kinds" aria-label={`Chosen pictures by ${column.title}`}>
      {order.map(([code, n]) => (
        <li key={code}>
          <span class="kind">
            <Dot colour={colourOf(column, code, model.scheme)} />
            <span class="name">{column.values[code] ?? "no value"}</span>
            <span class="number">{count(n)}</span>
            <span class="share" style={{ width: `${(100 * n) / order[0][1]}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
