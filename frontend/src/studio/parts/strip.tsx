/** A list of pictures with all that can be done to them: the same wherever pictures are shown. */

import { useEffect, useReducer, useState } from "preact/hooks";
import type { Studio } from "../studio";
import { t } from "../texts";
import { Choice } from "./choice";
import { Grid } from "./grid";
import { Large } from "./large";
import type { List } from "./pages";
import { Prompt } from "./prompt";
import { Sign } from "./sign";

export interface StripProps {
  studio: Studio;
  list: List;
  label: string;
  lines?: 0 | 1 | 2;
  tile?: number;
  /** A training whose answers and heat are shown with a picture. */
  run?: number;
  /** The kind that is suggested for a picture. */
  offer?: (picture: number) => string | undefined;
  /** In a shelf of what was set aside, they are taken back in. */
  aside?: boolean;
}

export function Strip({ studio, list, label, lines = 0, tile = 112, run, offer, aside = false }: StripProps) {
  const [choice] = useState(() => new Choice());
  const [, draw] = useReducer((n: number, _: void) => n + 1, 0);
  const [opened, setOpened] = useState<number | null>(null);
  const [grouping, setGrouping] = useState<readonly number[] | null>(null);
  useEffect(() => choice.on(() => draw()), [choice]);
  useEffect(() => list.on(() => draw()), [list]);

  const meant = (): readonly number[] => {
    const current = list.at(choice.current)?.picture.id;
    return choice.ids.size ? [...choice.ids] : current === undefined ? [] : [current];
  };
  const act = async (deed: (pictures: readonly number[]) => Promise<boolean>) => {
    const pictures = meant();
    if (pictures.length && (await deed(pictures))) choice.clear();
  };
  const take = offer && (() => void act((pictures) => takeOffers(studio, pictures, offer)));
  const keys = (event: KeyboardEvent): boolean => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const kind = /^[1-9]$/.test(event.key) ? studio.project?.kinds[Number(event.key) - 1] : undefined;
    if (kind) void act((pictures) => studio.label(pictures, kind.id));
    else if (event.key === "s" && take) take();
    else if (event.key === "x") void act((pictures) => studio.exclude(pictures, !aside));
    else if (event.key === "g") setGrouping(meant());
    else if (event.key === "Delete") void act((pictures) => studio.remove(pictures));
    else return false;
    return true;
  };
  return (
    <div class="strip">
      <Grid list={list} choice={choice} label={label} lines={lines} tile={tile} open={setOpened} keys={keys} />
      <Deeds studio={studio} choice={choice} list={list} aside={aside} act={act} group={() => setGrouping(meant())} open={setOpened} take={take} />
      {opened !== null && <Large studio={studio} list={list} index={opened} run={run} move={setOpened} close={() => setOpened(null)} />}
      {grouping && (
        <Prompt
          title={t.grid.groupTitle(grouping.length)}
          label={t.grid.groupName}
          explain={t.grid.groupWhy}
          close={() => setGrouping(null)}
          done={(name) => void act(() => studio.group(grouping, name))}
        />
      )}
    </div>
  );
}

interface DeedsProps {
  studio: Studio;
  choice: Choice;
  list: List;
  aside: boolean;
  act: (deed: (pictures: readonly number[]) => Promise<boolean>) => Promise<void>;
  group: () => void;
  open: (index: number) => void;
  take: (() => void) | undefined;
}

/** Labels each picture as it is suggested, those of one suggestion together. */
async function takeOffers(studio: Studio, pictures: readonly number[], offer: (picture: number) => string | undefined): Promise<boolean> {
  const wanted = new Map<string, number[]>();
  for (const picture of pictures) {
    const name = offer(picture);
    if (name !== undefined) wanted.set(name, [...(wanted.get(name) ?? []), picture]);
  }
  for (const [name, some] of wanted) {
    const kind = studio.project?.kinds.find((one) => one.name === name);
    if (!kind || !(await studio.label(some, kind.id))) return false;
  }
  return true;
}

/** What can be done to the chosen ones; in sight as long as some are. */
function Deeds({ studio, choice, list, aside, act, group, open, take }: DeedsProps) {
  const n = choice.ids.size;
  return (
    <div class={n ? "deeds some" : "deeds"} role="group" aria-label={t.grid.deeds}>
      <p class="deeds-count">{n ? t.grid.chosen(n) : t.grid.hint}</p>
      {n > 0 && (
        <>
          {take && <button type="button" class="primary" title={t.grid.offerKey} onClick={take}>{t.grid.offer}</button>}
          <KindSelect studio={studio} label={t.grid.moveTo} pick={(kind) => void act((pictures) => studio.label(pictures, kind))} />
          <button type="button" title={t.grid.asideKey} onClick={() => void act((pictures) => studio.exclude(pictures, !aside))}>
            <Sign of={aside ? "undo" : "aside"} /> {aside ? t.grid.include : t.grid.exclude}
          </button>
          <button type="button" title={t.grid.groupKey} onClick={group}>
            <Sign of="group" /> {t.grid.group}
          </button>
          <button type="button" title={t.grid.removeKey} onClick={() => void act((pictures) => studio.remove(pictures))}>
            <Sign of="bin" /> {t.grid.remove}
          </button>
          <button type="button" onClick={() => open(choice.current)}>
            <Sign of="look" /> {t.grid.open}
          </button>
        </>
      )}
      {n < list.total && (
        <button type="button" class="plain" onClick={() => void choice.all(list)}>
          {t.grid.all}
        </button>
      )}
      {n > 0 && (
        <button type="button" class="plain" onClick={() => choice.clear()}>
          {t.grid.none}
        </button>
      )}
    </div>
  );
}

/** A choice among the kinds, which acts at once and stands ready for the next. */
export function KindSelect({ studio, label, pick }: { studio: Studio; label: string; pick: (kind: number | null) => void }) {
  return (
    <select
      aria-label={label}
      value=""
      onChange={(event) => {
        const { value } = event.currentTarget;
        event.currentTarget.value = "";
        if (value) pick(value === "none" ? null : Number(value));
      }}
    >
      <option value="">{label}</option>
      {studio.project?.kinds.map((kind) => (
        <option key={kind.id} value={kind.id}>
          {kind.name}
        </option>
      ))}
      <option value="none">{t.grid.toNone}</option>
    </select>
  );
}
