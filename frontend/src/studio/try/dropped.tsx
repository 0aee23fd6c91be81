/** Pictures that were dropped to be answered to; they do not join the project. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { PredictionMessage } from "../api";
import { call } from "../client";
import { chosen, dropped, isClutter, type Incoming } from "../gather/dropped";
import { Sign } from "../parts/sign";
import type { Studio } from "../studio";
import { t } from "../texts";
import { Answer } from "./answer";

const MOST = 60; // shown at once

interface Asked {
  id: number;
  name: string;
  url: string;
  answer?: PredictionMessage;
  trouble?: string;
}

export function Dropped({ studio, run, threshold }: { studio: Studio; run: number; threshold: number | null }) {
  const [asked, setAsked] = useState<readonly Asked[]>([]);
  const [over, setOver] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const held = useRef<readonly Asked[]>([]);
  held.current = asked;
  useEffect(() => () => held.current.forEach((one) => URL.revokeObjectURL(one.url)), []);

  const ask = async (coming: AsyncIterable<Incoming>) => {
    for await (const { open, path } of coming) {
      if (isClutter(path)) continue;
      const file = await open();
      const one: Asked = { id: Math.random(), name: file.name, url: URL.createObjectURL(file) };
      setAsked((all) => [one, ...all].slice(0, MOST));
      const update = (values: Partial<Asked>) => setAsked((all) => all.map((other) => (other.id === one.id ? { ...other, ...values } : other)));
      try {
        update({ answer: await call("POST /api/runs/{id}/predict", { path: { id: run }, body: file, query: { heat: 1 } }) });
      } catch (error) {
        update({ trouble: (error as Error).message });
      }
    }
  };
  return (
    <section class="tried" aria-label={t.try.results}>
      <div
        class={over > 0 ? "try-drop over" : "try-drop"}
        onDragEnter={() => setOver((n) => n + 1)}
        onDragLeave={() => setOver((n) => Math.max(0, n - 1))}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          setOver(0);
          if (event.dataTransfer) void ask(dropped(event.dataTransfer)).catch((error: Error) => studio.fail(error));
        }}
      >
        <p>{t.try.drop}</p>
        <button type="button" onClick={() => input.current?.click()}><Sign of="file" /> {t.try.choose}</button>
        {asked.length > 0 && <button type="button" onClick={() => setAsked([])}>{t.try.clear}</button>}
        <input
          ref={input}
          type="file"
          hidden
          multiple
          accept="image/*"
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = "";
            void ask(chosen(files));
          }}
        />
      </div>
      <ul class="tried-list" aria-live="polite">
        {asked.map((one) => (
          <li key={one.id} class="tried-one">
            <img src={one.answer?.heat ?? one.url} alt={one.name} />
            <p class="quiet">{one.name}</p>
            {one.answer && <Answer answer={one.answer} threshold={threshold} few />}
            {one.trouble && <p class="warning"><Sign of="warn" /> <span lang={t.told(one.trouble).lang}>{t.told(one.trouble).text}</span></p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
