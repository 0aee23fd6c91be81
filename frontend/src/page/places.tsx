/** Groups of pictures that look alike, by name, with what the names rest on; press one to fly there. */

import { useState } from "preact/hooks";
import type { Model } from "./model";
import { count } from "./words";

const FIRST = 8;

export function Places({ model }: { model: Model }) {
  const [all, setAll] = useState(false);
  const { hotspots, clusters } = model.manifest;
  if (hotspots.length === 0 || !model.map) return null;
  return (
    <section class="part" aria-labelledby="places">
      <h2 id="places">Hotspots</h2>
      <ul class="places">
        {hotspots.slice(0, all ? undefined : FIRST).map((spot, i) => {
          const cluster = spot.cluster === undefined ? undefined : clusters[spot.cluster];
          return (
            <li key={i}>
              <button
                type="button"
                onClick={() => void (spot.cluster === undefined ? model.flyToSpot(spot) : model.flyToCluster(spot.cluster))}
              >
                <span class="name">{spot.title}</span>
                {cluster && <span class="number">{count(cluster.size)}</span>}
                {cluster?.evidence && <span class="quiet">{cluster.evidence}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      {hotspots.length > FIRST && (
        <button type="button" class="plain" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${count(hotspots.length)}`}
        </button>
      )}
    </section>
  );
}
