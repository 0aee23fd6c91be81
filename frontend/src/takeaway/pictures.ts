/** The pictures that were dropped, and the line in which they wait for their answers. */

import type { Asking } from "./asking";
import type { Card } from "./card";
import { judge, type Verdict } from "./judging";
import { Refused } from "./refused";

export interface Picture {
  readonly key: number;
  readonly name: string;
  readonly file: File;
  verdict: Verdict | null;
  refused: Refused | null;
}

export class Pictures {
  list: Picture[] = [];
  done = 0;
  private running = false;

  constructor(
    private readonly asking: Asking,
    private readonly card: Card,
    private readonly changed: () => void,
  ) {}

  get busy(): boolean {
    return this.done < this.list.length;
  }

  get unknown(): number {
    return this.list.filter((one) => one.verdict?.unknown).length;
  }

  get faults(): number {
    return this.list.filter((one) => one.refused).length;
  }

  add(files: readonly { readonly name: string; readonly file: File }[]): void {
    const first = this.list.length ? this.list[this.list.length - 1]!.key + 1 : 0;
    const more = files.map(({ name, file }, i) => ({ key: first + i, name, file, verdict: null, refused: null }));
    this.list = [...this.list, ...more];
    this.changed();
    void this.work();
  }

  clear(): void {
    this.list = [];
    this.done = 0;
    this.changed();
  }

  private async work(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.busy) {
      const { list } = this;
      const picture = list[this.done]!;
      try {
        picture.verdict = judge(this.card, await this.asking.file(picture.file, false));
      } catch (error) {
        picture.refused = error instanceof Refused ? error : new Refused("damaged", String(error));
      }
      if (list[this.done] !== this.list[this.done]) continue; // the list was cleared meanwhile
      this.done += 1;
      this.changed();
    }
    this.running = false;
  }
}

/** The files of a drop, those in folders too, each with its path. */
export async function dropped(transfer: DataTransfer): Promise<{ name: string; file: File }[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return named([...transfer.files]);
  return (await Promise.all(entries.map((entry) => walked(entry)))).flat();
}

export const named = (files: readonly File[]): { name: string; file: File }[] =>
  files.map((file) => ({ name: file.webkitRelativePath || file.name, file }));

async function walked(entry: FileSystemEntry): Promise<{ name: string; file: File }[]> {
  const name = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise<File | null>((give) => (entry as FileSystemFileEntry).file(give, () => give(null)));
    return file ? [{ name, file }] : [];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (let more = true; more; ) {
    const part = await new Promise<FileSystemEntry[]>((give) => reader.readEntries(give, () => give([])));
    found.push(...part);
    more = part.length > 0; // a browser gives about a hundred at a time
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(found.map((one) => walked(one)))).flat();
}
