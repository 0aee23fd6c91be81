/** "Label these next": pictures from whose labels the model would learn most, with its own guess. */

import { useState } from "preact/hooks";
import type { NextsMessage } from "../api";
import { call } from "../client";
import { named, usePages } from "../parts/lists";
import { Sign } from "../parts/sign";
import { Strip } from "../parts/strip";
import { count, percent, t } from "../texts";
import type { BoardGiven } from "./board";

export function Next({ studio, chart }: BoardGiven) {
  const [nexts, setNexts] = useState<NextsMessage | null>(null);
  const [asking, setAsking] = useState(false);
  const unlabelled = studio.project?.unlabelled ?? 0;
  const ask = () => {
    setAsking(true);
    call("GET /api/next").then(setNexts, (error: Error) => studio.fail(error)).finally(() => setAsking(false));
  };
  return (
    <section class="part" aria-labelledby="map-next">
      <header>
        <h2 id="map-next">{t.map.next}</h2>
        <p class="quiet">{unlabelled ? t.map.nextHow(unlabelled) : t.map.nextNone}</p>
      </header>
      {unlabelled > 0 && (
        <p class="actions">
          <button type="button" class={nexts ? "" : "primary"} disabled={asking} onClick={ask}>
            <Sign of="look" /> {asking ? t.words.loading : nexts ? t.map.nextMore : t.map.nextAsk}
          </button>
          {nexts && nexts.pictures.length > 0 && (
            <button type="button" onClick={() => chart.showPictures(nexts.pictures.map((one) => one.picture.id))}>
              <Sign of="map" /> {t.map.nextShow}
            </button>
          )}
        </p>
      )}
      {nexts && <Offers studio={studio} chart={chart} nexts={nexts} />}
    </section>
  );
}

function Offers({ studio, chart, nexts }: BoardGiven & { nexts: NextsMessage }) {
  const about = new Map(nexts.pictures.map((one) => [one.picture.id, one]));
  const ids = [...about.keys()];
  const list = usePages(
    studio,
    `next/${ids.join()}`,
    named(studio, ids, (picture) => {
      const { answer, confidence } = about.get(picture)!;
      return { note: t.map.guess(answer, percent(confidence)) };
    }),
  );
  return (
    <>
      {nexts.waiting > 0 && <p class="quiet">{t.map.waiting(count(nexts.waiting))}</p>}
      <div onFocusCapture={() => chart.touch(ids)}>
        <Strip studio={studio} list={list} label={t.map.next} lines={2} tile={150} offer={(picture) => about.get(picture)?.answer} />
      </div>
      <details>
        <summary>{t.map.method}</summary>
        <p class="quiet" lang="en">{nexts.method}</p>
      </details>
    </>
  );
}
