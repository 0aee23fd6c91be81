/**
 * Pictures on their way to the server: a few at a time, each under its hash, then added in portions
 * that are one change each. A server that is away for a while is waited for; what cannot be taken is
 * listed with the reason.
 */

import type { AddMessage, KeptMessage } from "../api";
import { AwayError, call } from "../client";
import type { Studio } from "../studio";
import { t } from "../texts";
import { isClutter, isPacked, type Incoming } from "./dropped";

export interface Refused {
  path: string;
  message: string;
}

const AT_ONCE = 4; // connections; a browser has six for one server, and the events need one
const PORTION = 1_000; // pictures a change
const RETRY = 1_500; // milliseconds
const DRAW_EVERY = 150; // milliseconds

type Target = Pick<AddMessage, "origin" | "kind"> & { group: string | null };

export class Uploads {
  found = 0;
  done = 0;
  added = 0;
  /** Pictures that the project had already. */
  known = 0;
  /** Files that the system left in the folders. */
  clutter = 0;
  faults: readonly Refused[] = [];
  busy = false;
  walking = false;
  began = 0;

  private queue: { incoming: Incoming; target: Target }[] = [];
  private kept = new Map<string, { target: Target; pictures: KeptMessage[] }>();
  private stop = new AbortController();
  private workers = 0;
  private walks = 0;
  private changes = 0;
  private drawing: ReturnType<typeof setTimeout> | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(private readonly studio: Studio) {}

  /** Takes files as they are found; with a kind, their folders say nothing. */
  async take(coming: AsyncIterable<Incoming>, kind: number | null = null): Promise<void> {
    this.begin();
    this.walks += 1;
    try {
      for await (const incoming of coming) {
        if (this.stop.signal.aborted) break;
        this.meet(incoming, kind);
      }
    } catch (error) {
      this.refuse("", t.gather.unreadable((error as Error).message));
    }
    this.walks -= 1;
    await this.drain();
  }

  /** Adds pictures of the camera that belong together. */
  async takeBurst(blobs: readonly Blob[], kind: number | null, group: string): Promise<void> {
    this.begin();
    for (const [index, blob] of blobs.entries()) {
      const name = `${group} ${String(index + 1).padStart(3, "0")}.jpg`;
      const file = new File([blob], name, { type: blob.type });
      this.push({ open: async () => file, path: name, label: null }, { kind, origin: "webcam", group });
    }
    await this.drain();
  }

  cancel(): void {
    this.stop.abort();
    this.queue = [];
  }

  private begin(): void {
    if (this.busy) return;
    Object.assign(this, { busy: true, found: 0, done: 0, added: 0, known: 0, clutter: 0, faults: [], changes: 0, began: Date.now() });
    this.stop = new AbortController();
    this.studio.changed();
  }

  private meet(incoming: Incoming, kind: number | null): void {
    if (isClutter(incoming.path)) this.clutter += 1;
    else this.push(incoming, { kind, origin: "upload", group: null });
  }

  private push(incoming: Incoming, target: Target): void {
    this.found += 1;
    this.queue.push({ incoming, target });
    if (this.workers < AT_ONCE) void this.work();
    this.progressed();
  }

  private async work(): Promise<void> {
    this.workers += 1;
    for (let item = this.queue.shift(); item; item = this.queue.shift()) {
      await this.send(item.incoming, item.target);
      this.done += 1;
      this.progressed();
    }
    this.workers -= 1;
    await this.drain();
  }

  private async send(incoming: Incoming, target: Target): Promise<void> {
    const { path, label } = incoming;
    try {
      const file = await this.opened(incoming);
      if (isPacked(path)) return await this.sendPacked(file, target.kind);
      const { sha256 } = await this.patiently(() => call("POST /api/store", { body: file, signal: this.stop.signal }), file);
      this.keep({ sha256, path, kind: target.kind === null ? label : null }, target);
    } catch (error) {
      if ((error as Error).name !== "AbortError") this.refuse(path, (error as Error).message);
    }
  }

  private async opened({ open }: Incoming): Promise<File> {
    try {
      return await open();
    } catch (error) {
      throw new Error(t.gather.unreadable((error as Error).message));
    }
  }

  private async sendPacked(file: File, kind: number | null): Promise<void> {
    const query = kind === null ? { name: file.name } : { name: file.name, kind };
    await this.patiently(() => call("POST /api/archive", { body: file, query, signal: this.stop.signal }), file);
  }

  /** Repeats while the server is away; a file that cannot be read itself is not waited for. */
  private async patiently<T>(ask: () => Promise<T>, file?: File): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof AwayError)) throw error;
        await file?.slice(0, 1).arrayBuffer().catch((cause: Error) => {
          throw new Error(t.gather.unreadable(cause.message));
        });
        await new Promise((resolve) => setTimeout(resolve, RETRY));
        this.stop.signal.throwIfAborted();
      }
    }
  }

  private keep(picture: KeptMessage, target: Target): void {
    const key = JSON.stringify([target.kind, target.group]);
    const portion = this.kept.get(key) ?? { target, pictures: [] };
    this.kept.set(key, portion);
    portion.pictures.push(picture);
    if (portion.pictures.length >= PORTION) this.flush(key);
  }

  /** Adds a portion, one after the other, so that the history has them in their order. */
  private flush(key: string): void {
    const portion = this.kept.get(key);
    if (!portion) return;
    this.kept.delete(key);
    this.flushing = this.flushing.then(() => this.add(portion.pictures, portion.target));
  }

  private async add(pictures: readonly KeptMessage[], { kind, origin, group }: Target): Promise<void> {
    try {
      const { project, added, known } = await this.patiently(() => call("POST /api/add", { body: { pictures, kind, origin, group } }));
      this.studio.project = project;
      this.added += added.length;
      this.known += known;
      if (added.length) this.changes += 1;
    } catch (error) {
      this.refuse(t.count.pictures(pictures.length), (error as Error).message);
    }
    this.studio.changed();
  }

  /** Shows how far it is, but not sixty times a second, for each drawing takes time from the sending. */
  private progressed(): void {
    this.drawing ??= setTimeout(() => {
      this.drawing = undefined;
      this.studio.changed();
    }, DRAW_EVERY);
  }

  private refuse(path: string, message: string): void {
    this.faults = [...this.faults, { path, message }];
    this.studio.changed();
  }

  /** When nothing is on its way any more, adds the rest and says how it went. */
  private async drain(): Promise<void> {
    if (this.walks || this.workers || this.queue.length) return;
    for (const key of [...this.kept.keys()]) this.flush(key);
    await this.flushing;
    if (!this.busy || this.walks || this.workers || this.kept.size) return;
    this.busy = false;
    if (this.added || !this.faults.length) {
      this.studio.tell(t.done.added(this.added, this.known), { undo: this.changes === 1 && this.added > 0 });
    }
    if (this.faults.length) this.studio.tell(t.gather.someRefused(this.faults.length), { tone: "wrong" });
    void this.studio.refresh();
  }
}
