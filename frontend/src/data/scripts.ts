/**
 * A source made of classic scripts that call `sortal.put(key, value)`.
 *
 * From disk a page may neither fetch nor read pictures back, but it may run scripts that lie
 * beside it. So every file of a site is one, and the same files work from any host.
 */

import { blobOf, numbersOf, type Packed } from "./arrays";
import { Recent } from "./recent";
import type { Manifest, Numbers, Sheet, Source } from "./source";

const AT_ONCE = 6;
const KEPT_BLOCKS = 96; // the largest maps have 16 blocks a column
const KEPT_SHEETS = 256;

type Waiting = { resolve(value: unknown): void; reject(reason: Error): void };

interface PackedSheet {
  readonly image: string;
  readonly sizes: Packed;
}

/** Runs scripts one after the other, a few at once, and hands over what they put. */
class Loader {
  private readonly waiting = new Map<string, Waiting>();
  private readonly queue: (() => void)[] = [];
  private running = 0;

  constructor() {
    const put = (key: string, value: unknown) => {
      this.waiting.get(key)?.resolve(value);
      this.waiting.delete(key);
    };
    (globalThis as { sortal?: { put: typeof put } }).sortal = { put };
  }

  load(key: string, address: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.set(key, { resolve, reject });
      this.queue.push(() => this.start(key, address));
      this.next();
    });
  }

  private next(): void {
    while (this.running < AT_ONCE && this.queue.length > 0) {
      this.running += 1;
      // The latest wish first: a person who has flown on waits for what is in view now.
      this.queue.pop()?.();
    }
  }

  private start(key: string, address: string): void {
    const script = document.createElement("script");
    const done = () => {
      script.remove();
      this.running -= 1;
      this.waiting.get(key)?.reject(
        new Error(`${address} could not be read: a file of this map is missing or damaged. Write the map again.`),
      );
      this.waiting.delete(key);
      this.next();
    };
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    script.src = address;
    document.head.append(script);
  }
}

export class ScriptSource implements Source {
  private readonly loader = new Loader();
  private readonly blocks = new Recent<string, Promise<unknown>>(KEPT_BLOCKS);
  private readonly sheets = new Recent<number, Promise<Sheet>>(KEPT_SHEETS);
  private head: Promise<Manifest & { base: string }> | null = null;

  /** `folder`: where the site lies, with a slash at its end; "" beside the page itself. */
  constructor(private readonly folder = "") {}

  manifest(): Promise<Manifest & { base: string }> {
    this.head ??= this.loader
      .load("manifest", `${this.folder}data/manifest.js`)
      .then((value) => checked(value as Manifest & { base: string }));
    return this.head;
  }

  async positions(layout: string, block: number): Promise<Uint16Array> {
    return numbersOf((await this.fresh(`xy/${layout}/${block}`)) as Packed) as Uint16Array;
  }

  async column(id: string, block: number): Promise<Numbers> {
    return numbersOf((await this.fresh(`column/${id}/${block}`)) as Packed);
  }

  texts(id: string, block: number): Promise<readonly string[]> {
    return this.kept(`text/${id}/${block}`, (value) => value as string[]);
  }

  neighbours(block: number): Promise<Int32Array> {
    return this.kept(`near/${block}`, (value) => numbersOf(value as Packed) as Int32Array);
  }

  sheet(index: number): Promise<Sheet> {
    let sheet = this.sheets.get(index);
    if (!sheet) {
      sheet = this.fresh(`sheet/${index}`).then((value) => {
        const packed = value as PackedSheet;
        return { image: blobOf(packed.image), sizes: numbersOf(packed.sizes) as Uint8Array };
      });
      sheet.catch(() => this.sheets.delete(index));
      this.sheets.set(index, sheet);
    }
    return sheet;
  }

  async picture(index: number): Promise<string> {
    const { previews, blocks } = await this.manifest();
    if (previews.kind === "none") return "";
    const [folder, size] = previews.kind === "files" ? ["picture", blocks.texts] : ["preview", blocks.sheet];
    const all = await this.kept(`${folder}/${Math.floor(index / size)}`, (value) => value as string[]);
    return all[index % size] ?? "";
  }

  lines(layout: string): Promise<readonly Float32Array[]> {
    return this.kept(`lines/${layout}`, (value) =>
      (value as { lines: Packed[] }).lines.map((line) => numbersOf(line) as Float32Array),
    );
  }

  /** A value that its asker keeps. */
  private async fresh(key: string): Promise<unknown> {
    const { base } = await this.manifest();
    return this.loader.load(key, `${this.folder}${base}${key}.js`);
  }

  private kept<T>(key: string, read: (value: unknown) => T): Promise<T> {
    let found = this.blocks.get(key) as Promise<T> | undefined;
    if (!found) {
      found = this.fresh(key).then(read);
      found.catch(() => this.blocks.delete(key));
      this.blocks.set(key, found);
    }
    return found;
  }
}

function checked<T extends Manifest>(manifest: T): T {
  if (manifest.format !== 1) {
    throw new Error(
      `This map has format ${manifest.format}; its page knows format 1. Write the map again with one version of Sortal.`,
    );
  }
  return manifest;
}
