/** Search by file name, tag, label, or anything else that is written about a picture. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Model } from "./model";
import { Thumb, useRead } from "./thumb";
import { count, pictures } from "./words";

const FIRST = 8;

export function SearchBox({ model }: { model: Model }) {
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => void model.search(query), 150);
    return () => clearTimeout(timer);
  }, [query]);
  const close = () => setOpen(false);
  return (
    <div
      class="search"
      role="search"
      ref={whole}
      onFocusOut={(event) => {
        if (!whole.current?.contains(event.relatedTarget as Node | null)) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        setQuery("");
      }}
    >
      <input
        id="search"
        type="search"
        aria-label="Search file names, tags and labels"
        placeholder="Search names, tags, labels"
        autocomplete="off"
        spellcheck={false}
        value={query}
        onFocus={() => setOpen(true)}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && model.found?.pictures.length) takeAll(model, close);
        }}
      />
      {open && model.found && query.trim() && <Results model={model} close={close} />}
    </div>
  );
}

function takeAll(model: Model, close: () => void): void {
  model.choose(model.found?.pictures ?? []);
  model.showChosen();
  close();
}

function Results({ model, close }: { model: Model; close: () => void }) {
  const found = model.found!;
  const { pictures: hits, values } = found;
  const nothing = found.share === 1 && hits.length === 0 && values.length === 0;
  return (
    <div class="results">
      <p class="quiet" role="status">
        {nothing
          ? `Nothing says “${found.query}”.`
          : `${pictures(hits.length)} by name or text${found.share < 1 ? `, ${Math.round(found.share * 100)} % looked through` : ""}`}
      </p>
      {values.length > 0 && (
        <ul class="hits">
          {values.map((value) => (
            <li key={`${value.column} ${value.code}`}>
              <button
                type="button"
                onClick={() => {
                  void model.setFilter(value.column, { kind: "values", codes: new Set([value.code]), missing: false });
                  close();
                }}
              >
                <span class="quiet">{value.title}</span> <span class="name">{value.text}</span>
                <span class="number">{count(value.count)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {hits.length > 1 && (
        <p class="actions">
          <button type="button" onClick={() => takeAll(model, close)}>
            Choose all {count(hits.length)}
          </button>
        </p>
      )}
      <ul class="hits">
        {hits.slice(0, FIRST).map((index) => (
          <Hit key={index} model={model} index={index} close={close} />
        ))}
      </ul>
    </div>
  );
}

function Hit({ model, index, close }: { model: Model; index: number; close: () => void }) {
  const path = useRead(() => model.table.text("path", index), [index]) ?? "…";
  return (
    <li>
      <button
        type="button"
        onClick={() => {
          void model.select(index, { fly: !model.list });
          close();
        }}
      >
        <Thumb model={model} index={index} /> <bdi class="name">{path}</bdi>
      </button>
    </li>
  );
}
