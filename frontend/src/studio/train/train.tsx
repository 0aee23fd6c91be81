/** Train: one button; how far it is; what came of it. */

import { useEffect, useState } from "preact/hooks";
import type { EstimateMessage, JobMessage, RunMessage, TrainMessage } from "../api";
import { call } from "../client";
import { Sign } from "../parts/sign";
import { Title } from "../parts/title";
import type { ScreenGiven } from "../screens";
import type { Studio } from "../studio";
import { duration, moment, t } from "../texts";
import { Bar, progressOf, Spoken } from "../workstrip";
import { byBackpropagation, Details, USUAL, USUAL_NETWORK } from "./choices";
import { Curves } from "./curves";

export function Train({ studio }: ScreenGiven) {
  const [asked, setAsked] = useState<TrainMessage>(USUAL);
  const [estimate, setEstimate] = useState<EstimateMessage | null>(null);
  const running = studio.work.running.find((job) => job.name === "train");
  const revision = studio.project!.revision;
  useEffect(() => {
    call("GET /api/estimate", { query: { backbone: asked.backbone ?? "lite0" } }).then(setEstimate, (error: Error) => studio.fail(error));
  }, [revision, studio.runs, asked.backbone]);
  const ready = studio.project!.kinds.filter((kind) => kind.pictures > 0).length >= 2;
  const train = async () => {
    try {
      studio.work.note(await call("POST /api/train", { body: whole(asked) }));
      studio.say(t.work.begins);
    } catch (error) {
      studio.fail(error as Error);
    }
  };
  return (
    <>
      <Title words={t.screens.train} below={estimate && t.train.on(estimate.pictures, studio.project!.kinds.filter((kind) => kind.pictures).length)} />
      <section class="stage-card">
        {running ? (
          <Running studio={studio} job={running} />
        ) : (
          <>
            <button type="button" class="primary huge" disabled={!ready} onClick={() => void train()}>
              <Sign of="train" size={24} /> {studio.finished.length ? t.train.again : t.train.go}
            </button>
            <p class="quiet">{!ready ? t.gather.needTwo : byBackpropagation(asked) ? t.train.methodWhy.network : expected(estimate)}</p>
          </>
        )}
      </section>
      {!running && studio.finished[0] && <Result studio={studio} run={studio.finished[0]} />}
      {!running && <Details studio={studio} asked={asked} set={setAsked} />}
      <Runs studio={studio} />
    </>
  );
}

/** What is asked for, with a network that was left empty while typing as the usual one. */
function whole(asked: TrainMessage): TrainMessage {
  if (asked.network == null) return asked;
  return { ...asked, network: asked.network.trim() || (asked.recipe ? null : USUAL_NETWORK) };
}

function expected(estimate: EstimateMessage | null): string {
  if (!estimate) return "";
  const time = estimate.seconds === null ? t.train.unmeasured : t.train.expected(duration(estimate.seconds));
  return [time, t.train.basis[estimate.basis], estimate.new ? t.train.news(estimate.new) : ""].filter(Boolean).join(" ");
}

function Running({ studio, job }: { studio: Studio; job: JobMessage }) {
  const { share, words } = progressOf(studio, job);
  const epochs = studio.work.epochs(job.id);
  const warned = (job.told?.["overfitted"] as { message?: string } | undefined)?.message;
  return (
    <div class="running">
      <p class="running-words">{words}</p>
      <Bar label={t.screens.train} share={share} />
      <Spoken title={words.split(" · ")[0] ?? ""} share={share} />
      <Elapsed since={job.began} />
      <button type="button" onClick={() => void studio.cancel(job.id)}>{t.train.stop}</button>
      {epochs.length > 0 && <Curves epochs={epochs} />}
      {warned && <p class="warning"><Sign of="warn" /> <span lang={t.told(warned).lang}>{t.told(warned).text}</span></p>}
    </div>
  );
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <p class="quiet">{since ? t.train.elapsed(duration(Math.max(0, now - since))) : ""}</p>;
}

function Result({ studio, run }: { studio: Studio; run: RunMessage }) {
  const changes = studio.changesSince(run.at);
  return (
    <section class="result" aria-label={t.train.result}>
      <h2>{t.train.result}</h2>
      <p class="headline">{run.headline && t.told(run.headline).text}</p>
      {changes > 0 && <p class="quiet">{t.train.changed(changes)}</p>}
      <div class="actions">
        <a class="button primary" href={`#judge/${run.id}`}>{t.train.see} <Sign of="next" /></a>
        <a class="button" href="#try">{t.screens.try}</a>
      </div>
    </section>
  );
}

function Runs({ studio }: { studio: Studio }) {
  if (!studio.runs.length) return null;
  return (
    <section class="runs">
      <h2>{t.train.runs}</h2>
      <ul>
        {studio.runs.map((run) => (
          <li key={run.id}>
            <span class="run-name">{t.train.numbered(run.id)}</span>
            <span class="run-what">
              {run.state === "done" ? t.told(run.headline ?? "").text : `${t.train.state[run.state]}${run.message ? `: ${run.message}` : ""}`}
            </span>
            <span class="quiet">{moment(run.at)}</span>
            {run.state === "done" && <a href={`#judge/${run.id}`} aria-label={`${t.train.see}: ${t.train.numbered(run.id)}`}>{t.train.see}</a>}
          </li>
        ))}
      </ul>
    </section>
  );
}
