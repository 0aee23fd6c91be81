/** A kind as a card: some of its pictures, its name, how many there are, and what can be done. */

import { useEffect, useState } from "preact/hooks";
import type { KindMessage, PictureMessage } from "../api";
import { call } from "../client";
import { Thumb } from "../parts/grid";
import { Sign } from "../parts/sign";
import type { Studio } from "../studio";
import { t } from "../texts";
import type { Adding } from "./adding";
import { KindMenu } from "./kindmenu";

const SHOWN = 8;

export function KindCard({ studio, kind, add }: { studio: Studio; kind: KindMessage; add: (adding: Adding) => void }) {
  return (
    <li class="card" data-kind={kind.id}>
      <a href={`#gather/kind/${kind.id}`} class="card-open">
        <Mosaic studio={studio} query={{ shelf: "labelled", kind: kind.id }} total={kind.pictures} />
        <span class="card-name"><bdi>{kind.name}</bdi></span>
        <span class="quiet">{t.count.pictures(kind.pictures)}</span>
      </a>
      <div class="card-deeds">
        <button type="button" class="icon" aria-label={t.gather.cameraFor(kind.name)} title={t.gather.cameraFor(kind.name)} onClick={() => add({ way: "camera", kind: kind.id })}>
          <Sign of="camera" />
        </button>
        <KindMenu studio={studio} kind={kind} />
      </div>
    </li>
  );
}

export function ShelfCard({ studio, shelf, total }: { studio: Studio; shelf: "unlabelled" | "excluded" | "faulty"; total: number }) {
  return (
    <li class={`card shelf ${shelf}`}>
      <a href={`#gather/${shelf}`} class="card-open">
        {shelf === "faulty" ? <span class="mosaic sign-only"><Sign of="warn" size={40} /></span> : <Mosaic studio={studio} query={{ shelf }} total={total} />}
        <span class="card-name">{t.shelves[shelf]}</span>
        <span class="quiet">{t.count.pictures(total)}</span>
      </a>
    </li>
  );
}

/** The first pictures of a kind, asked for when their number changes. */
function Mosaic({ studio, query, total }: { studio: Studio; query: { shelf: string; kind?: number }; total: number }) {
  const [some, setSome] = useState<readonly PictureMessage[]>([]);
  useEffect(() => {
    let current = true;
    call("GET /api/pictures", { query: { ...query, start: 0, count: SHOWN } })
      .then(({ pictures }) => current && setSome(pictures))
      .catch((error: Error) => studio.fail(error));
    return () => {
      current = false;
    };
  }, [query.shelf, query.kind, total]);
  return (
    <span class="mosaic">
      {Array.from({ length: SHOWN }, (_, i) => (
        <span key={some[i]?.id ?? `none-${i}`} class="cell">{some[i] && <Thumb picture={some[i].id} side={0} />}</span>
      ))}
    </span>
  );
}
