/** The drop zone, and the table of answers. */

import { useRef, useState } from "preact/hooks";
import type { Asking } from "./asking";
import type { Card } from "./card";
import { csv } from "./csv";
import { Large } from "./large";
import { dropped, named, type Picture, type Pictures } from "./pictures";
import { percent, t } from "./texts";

const STEP = 200; // rows that are drawn at a time

interface Given {
  readonly asking: Asking;
  readonly card: Card;
  readonly pictures: Pictures;
}

export function Files({ asking, card, pictures }: Given) {
  const [over, setOver] = useState(false);
  const [shown, setShown] = useState(STEP);
  const [large, setLarge] = useState<Picture | null>(null);
  const chosen = useRef<HTMLInputElement>(null);
  const { list } = pictures;
  const drop = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer) pictures.add(await dropped(event.dataTransfer));
  };
  return (
    <section class="panel" aria-labelledby="files">
      <h2 id="files">{t.files.title}</h2>
      <div
        class={over ? "drop over" : "drop"}
        onDragOver={(event) => (event.preventDefault(), setOver(true))}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => void drop(event)}
      >
        <p>{t.files.drop}</p>
        <button type="button" onClick={() => chosen.current?.click()}>
          {t.files.choose}
        </button>
        <input
          ref={chosen}
          type="file"
          multiple
          hidden
          aria-label={t.files.choose}
          onChange={({ currentTarget }) => {
            pictures.add(named([...(currentTarget.files ?? [])]));
            currentTarget.value = "";
          }}
        />
        <p class="quiet">{t.files.lead}</p>
      </div>
      <p role="status" class="quiet">
        {list.length > 0 && progress(pictures)}
      </p>
      {list.length > 0 && (
        <>
          <div class="tools">
            <button type="button" disabled={pictures.busy} onClick={() => save(csv(list))}>
              {t.files.csv}
            </button>
            <button type="button" onClick={() => (setShown(STEP), pictures.clear())}>
              {t.files.clear}
            </button>
          </div>
          <Table list={list.slice(0, shown)} open={setLarge} />
          {list.length > shown && (
            <button type="button" onClick={() => setShown(shown + STEP)}>
              {t.files.more(Math.min(STEP, list.length - shown))}
            </button>
          )}
        </>
      )}
      {large && <Large asking={asking} card={card} picture={large} close={() => setLarge(null)} />}
    </section>
  );
}

function progress(pictures: Pictures): string {
  const { list, done, busy, unknown, faults } = pictures;
  return busy ? t.files.progress(done, list.length) : t.files.finished(list.length, unknown, faults);
}

function Table({ list, open }: { list: readonly Picture[]; open: (picture: Picture) => void }) {
  return (
    <div class="scroll" role="region" aria-label={t.files.table} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.files.picture}</th>
            <th scope="col">{t.files.answer}</th>
            <th scope="col" class="figure">
              {t.files.share}
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((one) => (
            <Row key={one.key} picture={one} open={open} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ picture, open }: { picture: Picture; open: (picture: Picture) => void }) {
  const { name, verdict, refused } = picture;
  const first = verdict?.kinds[0];
  return (
    <tr>
      <th scope="row">
        {verdict ? (
          <button type="button" class="link" aria-label={t.files.open(name)} onClick={() => open(picture)}>
            {name}
          </button>
        ) : (
          name
        )}
      </th>
      {refused ? (
        <td colSpan={2} class="fault">
          {t.refused[refused.reason]}
        </td>
      ) : (
        <>
          <td>
            {verdict?.unknown ? `${t.answer.unknown} (${t.answer.nearest(first!.name)})` : (first?.name ?? "…")}
          </td>
          <td class="figure">{first && !verdict?.unknown ? percent(first.share) : ""}</td>
        </>
      )}
    </tr>
  );
}

function save(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  link.download = "answers.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
