/** Gather: the kinds and their pictures, and every way by which pictures come in. */

import { useState } from "preact/hooks";
import { Prompt } from "../parts/prompt";
import { Sign } from "../parts/sign";
import { Title } from "../parts/title";
import type { ScreenGiven } from "../screens";
import type { Studio } from "../studio";
import { t } from "../texts";
import { AddButtons, AddDialogs, type Adding } from "./adding";
import { KindCard, ShelfCard } from "./card";
import { dropped } from "./dropped";
import { Faults } from "./faults";
import { OneKind, OneShelf } from "./shelves";

export function Gather({ studio }: ScreenGiven) {
  const [adding, setAdding] = useState<Adding | null>(null);
  const kind = studio.project!.kinds.find((one) => studio.place === `kind/${one.id}`);
  const shelf = (["unlabelled", "excluded", "faulty"] as const).find((one) => one === studio.place);
  return (
    <DropZone studio={studio} kind={kind?.id ?? null}>
      {kind ? <OneKind studio={studio} kind={kind} add={setAdding} /> : shelf ? <OneShelf studio={studio} shelf={shelf} /> : <Overview studio={studio} add={setAdding} />}
      {adding && <AddDialogs studio={studio} adding={adding} close={() => setAdding(null)} />}
    </DropZone>
  );
}

function Overview({ studio, add }: { studio: Studio; add: (adding: Adding) => void }) {
  const { kinds, unlabelled, excluded, faulty } = studio.project!;
  const [naming, setNaming] = useState(false);
  const pictures = kinds.reduce((sum, kind) => sum + kind.pictures, 0);
  const isEmpty = kinds.length === 0 && unlabelled + excluded + faulty === 0;
  return (
    <>
      <Title words={t.screens.gather} below={isEmpty ? t.gather.lead : t.gather.state(pictures, kinds.length)}>
        {!isEmpty && <AddButtons studio={studio} kind={null} add={add} />}
      </Title>
      <Faults studio={studio} />
      {isEmpty && <Welcome studio={studio} add={add} name={() => setNaming(true)} />}
      {!isEmpty && (
        <ul class="cards" aria-label={t.gather.kinds}>
          {kinds.map((kind) => (
            <KindCard key={kind.id} studio={studio} kind={kind} add={add} />
          ))}
          <li class="card new">
            <button type="button" onClick={() => setNaming(true)}>
              <Sign of="plus" size={26} />
              <span>{t.gather.newKind}</span>
            </button>
          </li>
          {unlabelled > 0 && <ShelfCard studio={studio} shelf="unlabelled" total={unlabelled} />}
          {excluded > 0 && <ShelfCard studio={studio} shelf="excluded" total={excluded} />}
          {faulty > 0 && <ShelfCard studio={studio} shelf="faulty" total={faulty} />}
        </ul>
      )}
      {!isEmpty && <Onward studio={studio} />}
      {naming && (
        <Prompt
          title={t.gather.newKind}
          label={t.gather.name}
          explain={t.gather.nameWhy}
          action={t.gather.make}
          done={(name) => void studio.addKind(name)}
          close={() => setNaming(false)}
        />
      )}
    </>
  );
}

/** What an empty project shows: all four ways to begin. */
function Welcome({ studio, add, name }: { studio: Studio; add: (adding: Adding) => void; name: () => void }) {
  return (
    <div class="welcome">
      <Sign of="gather" size={44} />
      <h2>{t.gather.dropHere}</h2>
      <p>{t.gather.dropHow}</p>
      <AddButtons studio={studio} kind={null} add={add} />
      <p class="quiet">{t.gather.orName}</p>
      <button type="button" onClick={name}>
        <Sign of="plus" /> {t.gather.newKind}
      </button>
    </div>
  );
}

function Onward({ studio }: { studio: Studio }) {
  const ready = studio.project!.kinds.filter((kind) => kind.pictures > 0).length;
  if (ready < 2) return <p class="onward quiet">{t.gather.needTwo}</p>;
  return (
    <p class="onward">
      <a class="button primary" href="#train">
        {t.gather.onward} <Sign of="next" />
      </a>
    </p>
  );
}

/** The whole screen takes what is dropped; a card takes it for its own kind. */
function DropZone({ studio, kind, children }: { studio: Studio; kind: number | null; children: preact.ComponentChildren }) {
  const [over, setOver] = useState(0);
  const bring = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const card = (event.target as HTMLElement).closest<HTMLElement>("[data-kind]");
    void studio.uploads.take(dropped(event.dataTransfer), card ? Number(card.dataset["kind"]) : kind);
  };
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  return (
    <div
      class={over > 0 ? "dropzone over" : "dropzone"}
      onDragEnter={(event) => hasFiles(event) && setOver((n) => n + 1)}
      onDragLeave={(event) => hasFiles(event) && setOver((n) => Math.max(0, n - 1))}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => { setOver(0); bring(event); }}
    >
      {children}
      {over > 0 && <p class="drop-sign" aria-hidden="true">{t.gather.letGo}</p>}
    </div>
  );
}
