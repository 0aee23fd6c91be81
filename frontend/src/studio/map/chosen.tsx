/** What a line encloses: a kind for all of it at once, or each picture by itself in the list below. */

import { useState } from "preact/hooks";
import { named, usePages } from "../parts/lists";
import { Prompt } from "../parts/prompt";
import { Sign } from "../parts/sign";
import { KindSelect, Strip } from "../parts/strip";
import { t } from "../texts";
import type { BoardGiven } from "./board";

export function Chosen({ studio, chart }: BoardGiven) {
  const { pictures } = chart;
  const [asking, setAsking] = useState<"group" | "kind" | null>(null);
  const list = usePages(studio, `map/${pictures.join()}`, named(studio, pictures, () => ({})));
  const act = async (deed: (pictures: readonly number[]) => Promise<boolean>) => {
    chart.touch(pictures);
    await deed(pictures);
  };
  const make = (name: string) =>
    act(async () => {
      if (!(await studio.addKind(name))) return false;
      const kind = studio.project?.kinds.find((one) => one.name === name);
      return kind ? studio.label(pictures, kind.id) : false;
    });
  return (
    <section class="part map-chosen" aria-labelledby="map-chosen">
      <header>
        <h2 id="map-chosen" tabIndex={-1}>{pictures.length ? t.map.chosen(pictures.length) : t.map.noneChosen}</h2>
        <p class="quiet">{pictures.length ? t.map.chosenHow : t.map.how}</p>
      </header>
      {pictures.length > 0 && (
        <>
          <div class="actions" role="group" aria-label={t.map.all}>
            <KindSelect studio={studio} label={t.grid.moveTo} pick={(kind) => void act((all) => studio.label(all, kind))} />
            <button type="button" onClick={() => setAsking("kind")}><Sign of="plus" /> {t.gather.newKind}</button>
            <button type="button" onClick={() => void act((all) => studio.exclude(all, true))}><Sign of="aside" /> {t.grid.exclude}</button>
            <button type="button" onClick={() => setAsking("group")}><Sign of="group" /> {t.grid.group}</button>
            <button type="button" onClick={() => chart.flyToChosen()}><Sign of="look" /> {t.map.fly}</button>
            <button type="button" class="plain" onClick={() => chart.choose([])}>{t.grid.none}</button>
          </div>
          <div onFocusCapture={() => chart.touch(pictures)}>
            <Strip studio={studio} list={list} label={t.map.chosen(pictures.length)} lines={1} />
          </div>
        </>
      )}
      {asking && (
        <Prompt
          title={asking === "group" ? t.grid.groupTitle(pictures.length) : t.gather.newKind}
          label={asking === "group" ? t.grid.groupName : t.gather.name}
          explain={asking === "group" ? t.grid.groupWhy : t.gather.nameWhy}
          close={() => setAsking(null)}
          done={(name) => void (asking === "group" ? act((all) => studio.group(all, name)) : make(name))}
        />
      )}
    </section>
  );
}
