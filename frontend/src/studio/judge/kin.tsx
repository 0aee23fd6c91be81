/** Pictures that belong together and were kept on one side of the split. */

import { useState } from "preact/hooks";
import type { KinMessage } from "../api";
import { Thumb } from "../parts/grid";
import { named, usePages } from "../parts/lists";
import { Strip } from "../parts/strip";
import type { Studio } from "../studio";
import { t } from "../texts";
import type { PartGiven } from "./judge";
import { Part } from "./part";

const SHOWN = 12;
const FIRST = 6;

export function Kin({ studio, judgement }: PartGiven) {
  const { kin, run } = judgement;
  const [many, setMany] = useState(SHOWN);
  const [open, setOpen] = useState<KinMessage | null>(null);
  if (!kin.length) return <Part title={t.judge.kin}><p class="quiet">{t.judge.noKin}</p></Part>;
  return (
    <Part title={t.judge.kin} how={t.judge.kinHow}>
      <ul class="kin">
        {kin.slice(0, many).map((one) => (
          <li key={one.pictures[0]}>
            <button type="button" aria-expanded={open === one} onClick={() => setOpen(open === one ? null : one)}>
              <span class="kin-thumbs">{one.pictures.slice(0, FIRST).map((picture) => <Thumb key={picture} picture={picture} side={52} />)}</span>
              <span>{t.judge.kinOf(one.pictures.length, one.why.map((why) => t.judge.why(why)).join(", "))}</span>
            </button>
          </li>
        ))}
      </ul>
      {kin.length > many && <button type="button" onClick={() => setMany(many + 60)}>{t.judge.more}</button>}
      {open && <OpenKin key={open.pictures[0]} studio={studio} run={run.id} kin={open} />}
    </Part>
  );
}

function OpenKin({ studio, run, kin }: { studio: Studio; run: number; kin: KinMessage }) {
  const list = usePages(studio, `${run}/${kin.pictures.join()}`, named(studio, kin.pictures, () => ({})));
  return <div class="opened"><Strip studio={studio} list={list} label={t.judge.kin} lines={2} tile={132} run={run} /></div>;
}
