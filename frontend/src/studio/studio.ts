/** What the page knows and what a person can do to it; the screens draw from it. */

import type { ChangeMessage, EventMessage, JobMessage, ProjectMessage, RunMessage } from "./api";
import { AwayError, call } from "./client";
import { Live, type Connection } from "./live";
import { t } from "./texts";
import { Uploads } from "./gather/uploads";
import { Work } from "./work";

export const SCREENS = ["gather", "train", "judge", "map", "try", "take"] as const;
export type Screen = (typeof SCREENS)[number];

export interface Notice {
  id: number;
  text: string;
  tone: "done" | "wrong";
  /** Whether the change that it tells of can be taken back from here. */
  undo: boolean;
}

const SOON = 120; // milliseconds: changes that come together are asked for once
const SHOWN = 7_000; // milliseconds a good notice stays

export class Studio {
  project: ProjectMessage | null = null;
  runs: readonly RunMessage[] = [];
  history: readonly ChangeMessage[] = [];
  readonly work = new Work();
  readonly uploads = new Uploads(this);
  connection: Connection = "open";
  screen: Screen = "gather";
  /** What of the screen is open: "kind/3", "unlabelled", the number of a run. */
  place = "";
  notices: readonly Notice[] = [];
  said = "";

  private readonly listeners = new Set<() => void>();
  private known = 0;
  private drawing = 0;
  private numbered = 0;
  private refreshing: ReturnType<typeof setTimeout> | undefined;
  private readonly live = new Live(
    (event, number) => this.hear(event, number),
    (connection, back) => this.connected(connection, back),
  );

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Draws with the next frame; a thousand events are one drawing. */
  changed(): void {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      for (const listener of this.listeners) listener();
    });
  }

  // Begin and follow -----------------------------------------------------------------------------

  async start(): Promise<void> {
    this.read();
    addEventListener("hashchange", () => this.read());
    addEventListener("beforeunload", (event) => {
      if (this.uploads.busy) event.preventDefault();
    });
    await this.refresh().catch((error: Error) => this.fail(error));
    this.live.follow();
  }

  /** Asks for all that may have changed. */
  async refresh(): Promise<void> {
    const [project, runs, jobs, history] = await Promise.all([
      call("GET /api/project"),
      call("GET /api/runs"),
      call("GET /api/jobs"),
      call("GET /api/history"),
    ]);
    Object.assign(this, { project, runs, history });
    document.title = `${project.name} · Sortal`;
    this.known = jobs.lastEvent;
    this.work.set(jobs);
    this.changed();
  }

  private refreshSoon(): void {
    this.refreshing ??= setTimeout(() => {
      this.refreshing = undefined;
      this.refresh().catch((error: Error) => this.fail(error));
    }, SOON);
  }

  private hear(event: EventMessage, number: number): void {
    if (event.job) this.work.note(event.job);
    const isNew = number > this.known;
    if (isNew) this.known = number;
    if (isNew && event.kind === "project") this.refreshSoon();
    if (isNew && event.job) this.hearJob(event.job);
    this.changed();
  }

  private hearJob(job: JobMessage): void {
    if (job.state === "failed" && job.message) this.tell(job.message, { tone: "wrong" });
    if (job.state !== "waiting" && job.state !== "running") this.refreshSoon();
    if (job.name === "train" && job.state === "done") this.say(t.train.done);
    if (job.name === "train" && job.state === "cancelled") this.say(t.train.cancelled);
  }

  private connected(connection: Connection, back: boolean): void {
    if (connection !== this.connection && connection !== "open") this.say(t.connection[connection]);
    if (back) {
      this.work.clear();
      this.known = 0;
      this.say(t.connection.back);
      this.refreshSoon();
    }
    this.connection = connection;
    if (connection !== "open") this.notices = this.notices.filter((one) => one.text !== t.connection.lost);
    this.changed();
  }

  // Where one is ---------------------------------------------------------------------------------

  private read(): void {
    const [screen = "", ...rest] = location.hash.replace(/^#/, "").split("/");
    this.screen = SCREENS.find((one) => one === screen) ?? "gather";
    this.place = rest.join("/");
    this.changed();
  }

  go(screen: Screen, place = ""): void {
    location.hash = place ? `${screen}/${place}` : screen;
  }

  // Words ----------------------------------------------------------------------------------------

  /** For a screen reader's voice alone. */
  say(text: string): void {
    this.said = text;
    this.changed();
  }

  /** For everybody's eyes and ears. */
  tell(text: string, { tone = "done", undo = false }: Partial<Pick<Notice, "tone" | "undo">> = {}): void {
    const id = ++this.numbered;
    const others = this.notices.filter((one) => one.text !== text && one.tone === "wrong").slice(-2);
    this.notices = [...others, { id, text, tone, undo }];
    if (tone === "done") setTimeout(() => this.dismiss(id), SHOWN);
    this.changed();
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((one) => one.id !== id);
    this.changed();
  }

  fail(error: Error): void {
    if (error.name === "AbortError") return;
    if (error instanceof AwayError && this.connection !== "open") return; // the page's head says so
    this.tell(error.message, { tone: "wrong" });
  }

  // Changes --------------------------------------------------------------------------------------

  /** Takes the project as a change left it; says what was done, with a way back. */
  async change(asked: Promise<ProjectMessage>, done = ""): Promise<boolean> {
    try {
      this.project = await asked;
    } catch (error) {
      this.fail(error as Error);
      return false;
    }
    if (done) this.tell(done, { undo: true });
    this.changed();
    this.refreshSoon();
    return true;
  }

  async undo(): Promise<void> {
    if (this.project?.canUndo) await this.change(call("POST /api/undo"), "");
    this.say(t.history.undone);
  }

  async redo(): Promise<void> {
    if (this.project?.canRedo) await this.change(call("POST /api/redo"), "");
    this.say(t.history.redone);
  }

  addKind(name: string): Promise<boolean> {
    return this.change(call("POST /api/kinds", { body: { name } }), t.done.kindMade(name));
  }

  label(pictures: readonly number[], kind: number | null): Promise<boolean> {
    const name = kind === null ? t.shelves.unlabelled : this.kindName(kind);
    return this.change(call("POST /api/label", { body: { pictures, kind } }), t.done.labelled(pictures.length, name));
  }

  exclude(pictures: readonly number[], excluded: boolean): Promise<boolean> {
    const done = excluded ? t.done.excluded(pictures.length) : t.done.included(pictures.length);
    return this.change(call("POST /api/exclude", { body: { pictures, excluded } }), done);
  }

  group(pictures: readonly number[], group: string | null): Promise<boolean> {
    const done = group ? t.done.grouped(pictures.length, group) : t.done.ungrouped(pictures.length);
    return this.change(call("POST /api/group", { body: { pictures, group } }), done);
  }

  remove(pictures: readonly number[]): Promise<boolean> {
    return this.change(call("POST /api/remove", { body: { pictures } }), t.done.removed(pictures.length));
  }

  async cancel(job: number): Promise<void> {
    try {
      this.work.set(await call("DELETE /api/jobs/{id}", { path: { id: job } }));
    } catch (error) {
      this.fail(error as Error);
    }
    this.changed();
  }

  kindName(id: number | null): string {
    return this.project?.kinds.find((kind) => kind.id === id)?.name ?? t.shelves.unlabelled;
  }

  /** Trainings that have a result, the newest first. */
  get finished(): readonly RunMessage[] {
    return this.runs.filter((run) => run.state === "done");
  }

  /** How much was said since a moment: what the next training would learn from. */
  changesSince(seconds: number): number {
    return this.history.filter((change) => change.at > seconds && !change.undone).length;
  }
}
