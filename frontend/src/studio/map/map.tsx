/** The map of the project: coloured by kinds and errors, with lines around pictures that label them. */

import { useEffect, useState } from "preact/hooks";
import type { MapMessage } from "../api";
import { call } from "../client";
import { Sign } from "../parts/sign";
import { Title } from "../parts/title";
import type { ScreenGiven } from "../screens";
import type { Studio } from "../studio";
import { moment, t } from "../texts";
import { Board } from "./board";

export function MapScreen({ studio }: ScreenGiven) {
  const map = useMap(studio);
  const busy = studio.work.running.some((job) => job.name === "map");
  const pictures = studio.project ? studio.project.unlabelled + studio.project.kinds.reduce((sum, kind) => sum + kind.pictures, 0) : 0;
  const [relayout, setRelayout] = useState(false);
  const make = () => void order(studio, relayout);
  if (!map) return <><Title words={t.screens.map} /><p class="quiet">{t.words.loading}</p></>;
  return (
    <>
      <Title words={t.screens.map} below={map.ready ? undefined : t.map.lead}>
        {map.ready && !map.stale && map.at !== null && <p class="quiet">{t.map.drawn(moment(map.at), map.pictures)}</p>}
      </Title>
      {!map.ready && (
        <p class="actions">
          <button type="button" class="primary" disabled={busy || pictures === 0} onClick={make}>
            <Sign of="map" /> {t.map.make}
          </button>
          {pictures === 0 && <span class="quiet">{t.map.needs}</span>}
        </p>
      )}
      {map.ready && map.stale && (
        <div class="loop">
          <p>{t.map.stale}</p>
          <p class="actions">
            <label class="check">
              <input type="checkbox" checked={relayout} onChange={(event) => setRelayout(event.currentTarget.checked)} /> {t.map.relayout}
            </label>
            <button type="button" class="primary" disabled={busy} onClick={make}>
              <Sign of="map" /> {t.map.again}
            </button>
          </p>
        </div>
      )}
      {map.ready && <Board key={map.at} studio={studio} map={map} />}
    </>
  );
}

async function order(studio: Studio, relayout: boolean): Promise<void> {
  try {
    studio.work.note(await call("POST /api/map", { body: { run: null, relayout } }));
    studio.changed();
  } catch (error) {
    studio.fail(error as Error);
  }
}

/** What map there is; asked again when the project changes or a map is done. */
function useMap(studio: Studio): MapMessage | null {
  const [map, setMap] = useState<MapMessage | null>(null);
  const drawing = studio.work.running.some((job) => job.name === "map");
  const last = studio.finished[0]?.id;
  useEffect(() => {
    call("GET /api/map").then(setMap, (error: Error) => studio.fail(error));
  }, [studio.project?.revision, drawing, last]);
  return map;
}
