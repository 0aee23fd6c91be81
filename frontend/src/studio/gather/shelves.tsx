/** All pictures of one kind, or of one shelf. */

import type { KindMessage } from "../api";
import { useShelf } from "../parts/shelf";
import { Strip } from "../parts/strip";
import { Title } from "../parts/title";
import type { Studio } from "../studio";
import { t } from "../texts";
import { AddButtons, type Adding } from "./adding";
import { Faults } from "./faults";
import { KindMenu } from "./kindmenu";

const BACK = "#gather";

export function OneKind({ studio, kind, add }: { studio: Studio; kind: KindMessage; add: (adding: Adding) => void }) {
  const list = useShelf(studio, { shelf: "labelled", kind: kind.id });
  return (
    <>
      <Title words={kind.name} below={t.count.pictures(kind.pictures)} back={{ href: BACK, words: t.gather.allKinds }}>
        <div class="head-row">
          <AddButtons studio={studio} kind={kind.id} add={add} />
          <KindMenu studio={studio} kind={kind} />
        </div>
      </Title>
      <Faults studio={studio} />
      {kind.pictures === 0 && <p class="welcome quiet">{t.gather.emptyKind(kind.name)}</p>}
      <Strip studio={studio} list={list} label={t.gather.picturesOf(kind.name)} />
    </>
  );
}

export function OneShelf({ studio, shelf }: { studio: Studio; shelf: "unlabelled" | "excluded" | "faulty" }) {
  const list = useShelf(studio, { shelf });
  const total = studio.project![shelf];
  return (
    <>
      <Title words={t.shelves[shelf]} below={`${t.count.pictures(total)}. ${t.shelves.why[shelf]}`} back={{ href: BACK, words: t.gather.allKinds }} />
      <Strip studio={studio} list={list} label={t.shelves[shelf]} lines={shelf === "faulty" ? 2 : 1} tile={shelf === "faulty" ? 190 : 112} aside={shelf === "excluded"} />
    </>
  );
}
