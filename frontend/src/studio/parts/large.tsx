/** One picture large, with what is known of it and what can be done. */

import { useEffect, useReducer, useState } from "preact/hooks";
import { address } from "../client";
import type { Studio } from "../studio";
import { count, t } from "../texts";
import { Dialog } from "./dialog";
import type { List } from "./pages";
import { Sign } from "./sign";

interface Given {
  studio: Studio;
  list: List;
  index: number;
  run: number | undefined;
  move: (index: number) => void;
  close: () => void;
}

export function Large({ studio, list, index, run, move, close }: Given) {
  const [, draw] = useReducer((n: number, _: void) => n + 1, 0);
  const [heat, setHeat] = useState(false);
  useEffect(() => list.on(() => draw()), [list]);
  useEffect(() => list.want(Math.max(0, index - 1), Math.min(list.total, index + 2)), [list, index]);
  useEffect(() => {
    if (index >= list.total) close(); // the last one went to another kind
  });
  const shown = list.at(index);
  const step = (by: number) => move(Math.min(list.total - 1, Math.max(0, index + by)));
  if (!shown) return null;
  const { picture } = shown;
  const src = heat && run !== undefined
    ? address("GET /api/runs/{id}/heat/{picture}", { path: { id: run, picture: picture.id } })
    : address("GET /api/pictures/{id}/preview", { path: { id: picture.id } });
  return (
    <Dialog title={picture.path.slice(picture.path.lastIndexOf("/") + 1)} close={close} class="large" onKey={(event) => {
      if ((event.target as HTMLElement).matches("select")) return;
      if (event.key === "ArrowRight") step(1);
      if (event.key === "ArrowLeft") step(-1);
    }}>
      <div class="large-frame">
        <button type="button" class="icon" aria-label={t.grid.before} disabled={index === 0} onClick={() => step(-1)}>
          <Sign of="back" />
        </button>
        <img src={src} alt={picture.path} />
        <button type="button" class="icon" aria-label={t.grid.after} disabled={index >= list.total - 1} onClick={() => step(1)}>
          <Sign of="next" />
        </button>
      </div>
      <p class="quiet">
        {t.grid.position(count(index + 1), count(list.total))}
        {shown.note && ` · ${shown.note}`} {shown.more && ` · ${shown.more}`}
      </p>
      {picture.fault && <p class="warning"><Sign of="warn" /> <span lang="en">{picture.fault}</span></p>}
      <dl class="facts">
        <dt>{t.grid.kind}</dt>
        <dd>
          <select
            aria-label={t.grid.kind}
            value={picture.kind ?? "none"}
            onChange={(event) => void studio.label([picture.id], event.currentTarget.value === "none" ? null : Number(event.currentTarget.value))}
          >
            {studio.project?.kinds.map((kind) => <option key={kind.id} value={kind.id}>{kind.name}</option>)}
            <option value="none">{t.grid.toNone}</option>
          </select>
        </dd>
        {picture.group && <><dt>{t.grid.groupName}</dt><dd>{picture.group}</dd></>}
        <dt>{t.grid.path}</dt>
        <dd>{picture.path}</dd>
      </dl>
      <div class="actions">
        <button type="button" onClick={() => void studio.exclude([picture.id], !picture.excluded)}>
          <Sign of={picture.excluded ? "undo" : "aside"} /> {picture.excluded ? t.grid.include : t.grid.exclude}
        </button>
        {picture.group && <button type="button" onClick={() => void studio.group([picture.id], null)}>{t.grid.ungroup}</button>}
        {run !== undefined && (
          <button type="button" aria-pressed={heat} onClick={() => setHeat(!heat)}>
            {t.judge.heat}
          </button>
        )}
      </div>
    </Dialog>
  );
}
