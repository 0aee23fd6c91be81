/** Take away: the model, its card, its answers, sorted pictures, the whole project; all plain files. */

import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { FileMessage, JobMessage, RunMessage } from "../api";
import { address, call } from "../client";
import { Sign, type SIGNS } from "../parts/sign";
import { Title } from "../parts/title";
import { Words } from "../parts/words";
import type { ScreenGiven } from "../screens";
import type { Studio } from "../studio";
import { bytes, moment, t } from "../texts";

export function Take({ studio }: ScreenGiven) {
  const [files, refresh] = useFiles(studio);
  const wanted = Number(studio.place);
  const run = studio.finished.find((one) => one.id === wanted) ?? studio.finished[0];
  return (
    <>
      <Title words={t.screens.take} below={run ? t.take.lead : t.take.none}>
        {run && studio.finished.length > 1 && (
          <label class="run-choice">
            <span class="quiet">{t.try.model}</span>
            <select value={run.id} onChange={(event) => studio.go("take", event.currentTarget.value)}>
              {studio.finished.map((one) => <option key={one.id} value={one.id}>{t.train.numbered(one.id)} · {moment(one.at)}</option>)}
            </select>
          </label>
        )}
      </Title>
      <div class="goods">
        {run && <OfRun studio={studio} run={run} />}
        <Good sign="folder" title={t.take.archive} why={t.take.archiveWhy}>
          <Make studio={studio} words={t.take.make} ask={() => call("POST /api/pack")} />
        </Good>
      </div>
      <Made studio={studio} files={files} refresh={refresh} />
    </>
  );
}

function OfRun({ studio, run }: { studio: Studio; run: RunMessage }) {
  const path = { id: run.id };
  return (
    <>
      <Good sign="take" title={t.take.model} why={t.take.modelWhy}>
        <Load href={address("GET /api/runs/{id}/model", { path })} words={t.take.get} what={t.take.model} />
      </Good>
      <Good sign="try" title={t.take.page} why={t.take.pageWhy}>
        <Make studio={studio} words={t.take.make} ask={() => call("POST /api/runs/{id}/app", { path, body: {} })} />
      </Good>
      <Good sign="file" title={t.take.card} why={t.take.cardWhy}>
        <Load href={address("GET /api/runs/{id}/card", { path })} words={t.take.get} what={t.take.card} />
        <a class="button" href={address("GET /api/runs/{id}/report", { path })} target="_blank" rel="noreferrer">{t.take.report}</a>
      </Good>
      <Good sign="judge" title={t.take.csv} why={t.take.csvWhy}>
        <Make studio={studio} words={t.take.make} ask={() => call("POST /api/runs/{id}/predictions", { path })} />
      </Good>
      <Good sign="gather" title={t.take.sorted} why={t.take.sortedWhy}>
        <Make studio={studio} words={t.take.byAnswer} ask={() => call("POST /api/runs/{id}/sort", { path, body: { by: "answer" } })} />
        <Make studio={studio} words={t.take.byLabel} ask={() => call("POST /api/runs/{id}/sort", { path, body: { by: "label" } })} />
      </Good>
    </>
  );
}

function Good({ sign, title, why, children }: { sign: keyof typeof SIGNS; title: string; why: string; children: ComponentChildren }) {
  return (
    <section class="good">
      <h2><Sign of={sign} size={22} /> {title}</h2>
      <p class="quiet"><Words text={why} /></p>
      <div class="actions">{children}</div>
    </section>
  );
}

function Load({ href, words, what }: { href: string; words: string; what: string }) {
  return (
    <a class="button primary" href={href} download aria-label={`${words}: ${what}`}>
      <Sign of="take" /> {words}
    </a>
  );
}

/** Something that takes a while; it stands in the list below when it is there. */
function Make({ studio, words, ask }: { studio: Studio; words: string; ask: () => Promise<JobMessage> }) {
  const [job, setJob] = useState<number | null>(null);
  const busy = studio.work.running.some((one) => one.id === job);
  const make = async () => {
    try {
      const made = await ask();
      studio.work.note(made);
      setJob(made.id);
      studio.changed();
    } catch (error) {
      studio.fail(error as Error);
    }
  };
  return (
    <button type="button" disabled={busy} onClick={() => void make()}>
      {busy ? t.take.making : words}
    </button>
  );
}

function useFiles(studio: Studio): [readonly FileMessage[], () => void] {
  const [files, setFiles] = useState<readonly FileMessage[]>([]);
  const refresh = () => void call("GET /api/files").then(setFiles, (error: Error) => studio.fail(error));
  const over = studio.work.all.filter((job) => job.state === "done").length;
  useEffect(refresh, [over]);
  return [files, refresh];
}

function Made({ studio, files, refresh }: { studio: Studio; files: readonly FileMessage[]; refresh: () => void }) {
  if (!files.length) return null;
  const remove = async (name: string) => {
    await call("DELETE /api/files/{name}", { path: { name } }).catch((error: Error) => studio.fail(error));
    refresh();
  };
  return (
    <section class="made" aria-labelledby="made">
      <h2 id="made">{t.take.made}</h2>
      <ul>
        {files.map((file) => (
          <li key={file.name}>
            <a href={address("GET /api/files/{name}", { path: { name: file.name } })} download>{file.name}</a>
            <span class="quiet">{bytes(file.size)} · {moment(file.at)}</span>
            <button type="button" class="icon" aria-label={t.take.remove(file.name)} title={t.take.remove(file.name)} onClick={() => void remove(file.name)}>
              <Sign of="bin" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
