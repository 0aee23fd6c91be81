/** Labels that may be wrong: look, then take the suggestion, keep it, or set the picture aside. */

import { named, usePages } from "../parts/lists";
import { Strip } from "../parts/strip";
import { Sign } from "../parts/sign";
import { t } from "../texts";
import type { PartGiven } from "./judge";
import { Part } from "./part";

export function Suspects({ studio, judgement }: PartGiven) {
  const { suspects, run } = judgement;
  const about = new Map(suspects.map((one) => [one.picture, one]));
  const list = usePages(
    studio,
    `${run.id}/suspects`,
    named(studio, [...about.keys()], (picture) => {
      const one = about.get(picture)!;
      return { note: t.judge.suspect(one.given, one.suggested), given: one.given };
    }),
  );
  if (!suspects.length) return <Part title={t.judge.suspects}><p class="fine"><Sign of="check" /> {t.judge.noSuspects}</p></Part>;
  return (
    <Part title={t.judge.suspects} how={t.judge.suspectsHow}>
      <Strip studio={studio} list={list} label={t.judge.suspects} lines={2} tile={150} run={run.id} offer={(picture) => about.get(picture)?.suggested} />
    </Part>
  );
}
