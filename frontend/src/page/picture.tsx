/** One picture: large, with all that is known of it, and those that look most like it. */

import type { Column } from "../data/source";
import { Dot } from "./colour";
import { colourOf } from "./colours";
import type { Model } from "./model";
import { Thumb, useRead } from "./thumb";
import { fileName, valueOf } from "./words";

export function Picture({ model, index }: { model: Model; index: number }) {
  const { table } = model;
  const path = useRead(() => table.text("path", index), [index]) ?? "";
  const address = useRead(() => model.source.picture(index), [index]);
  const facts = useRead(() => factsOf(model, index), [index]);
  return (
    <section class="picture" aria-labelledby="picture-name">
      <div class="frame">
        {address ? <img key={address} src={address} alt={fileName(path)} /> : <Thumb model={model} index={index} label={fileName(path)} />}
      </div>
      <h2 id="picture-name" tabIndex={-1}>
        <bdi>{fileName(path)}</bdi>
      </h2>
      <Verdict model={model} index={index} />
      <p class="actions">
        {model.map && (
          <button type="button" onClick={() => (model.showList(false), model.map?.flyToPicture(index))}>
            Show on the map
          </button>
        )}
        <button type="button" disabled={model.trail.length === 0} onClick={() => model.back()}>
          Back
        </button>
        {address && !address.startsWith("data:") && (
          <a class="button" href={address} target="_blank" rel="noopener noreferrer">
            Open
          </a>
        )}
      </p>
      <Similar model={model} />
      <dl class="facts">
        {(facts ?? []).map(({ column, text }) => (
          <>
            <dt>{column.title}</dt>
            <dd>{column.type === "link" ? <Link address={text} /> : <bdi>{text}</bdi>}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

interface Fact {
  readonly column: Column;
  readonly text: string;
}

async function factsOf(model: Model, index: number): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const column of model.manifest.columns) {
    const text = await valueOf(model.table, column, index);
    if (text !== "") facts.push({ column, text });
  }
  return facts;
}

/** Only addresses of the web become links, whatever the data hold. */
function Link({ address }: { address: string }) {
  if (!/^https?:\/\//i.test(address)) return <bdi>{address}</bdi>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      <bdi>{address}</bdi>
    </a>
  );
}

function Verdict({ model, index }: { model: Model; index: number }) {
  const { table } = model;
  const said = useRead(async () => {
    const word = async (id: string) => {
      const column = table.column(id);
      return column ? valueOf(table, column, index) : "";
    };
    return { prediction: await word("prediction"), label: await word("label"), sure: await word("confidence") };
  }, [index]);
  if (!said) return <p class="verdict">&nbsp;</p>;
  const { prediction, label, sure } = said;
  const kind = (id: "label" | "prediction", text: string) => {
    const column = table.column(id);
    if (column?.type !== "category") return null;
    return <Dot colour={colourOf(column, column.values.indexOf(text), model.scheme)} />;
  };
  if (!prediction) return label ? <p class="verdict">{kind("label", label)} {label}</p> : null;
  return (
    <p class="verdict">
      {kind("prediction", prediction)} Predicted <strong>{prediction}</strong>
      {sure && `, ${sure} sure`}
      {label && (label === prediction ? "; right." : <>; wrong: its label is <strong>{label}</strong>.</>)}
    </p>
  );
}

function Similar({ model }: { model: Model }) {
  const { neighbours } = model;
  if (neighbours.length === 0) return null;
  return (
    <section aria-labelledby="similar">
      <h3 id="similar">Most alike</h3>
      <ul class="thumbs">
        {neighbours.map((index, i) => (
          <li key={index}>
            <NeighbourButton model={model} index={index} rank={i + 1} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function NeighbourButton({ model, index, rank }: { model: Model; index: number; rank: number }) {
  const name = useRead(async () => fileName(await model.table.text("path", index)), [index]) ?? `number ${index + 1}`;
  return (
    <button type="button" class="tile" title={name} onClick={() => void model.select(index, { fly: !model.list })}>
      <Thumb model={model} index={index} label={`${rank}. ${name}`} />
    </button>
  );
}

