/** Long lists of pictures, of which only the part in sight is asked for. */

import type { PictureMessage } from "../api";

/** A picture with what this list has to say of it. */
export interface Shown {
  picture: PictureMessage;
  /** One line beneath it. */
  note?: string;
  /** A second line. */
  more?: string;
}

export interface List {
  readonly total: number;
  at(index: number): Shown | undefined;
  /** Called with what is in sight. */
  want(from: number, to: number): void;
  /** Ids of all, which may mean asking for the rest. */
  ids(): Promise<readonly number[]>;
  on(listener: () => void): () => void;
}

interface Portion {
  shown: readonly Shown[];
  total: number;
}

export type Fetch = (start: number, count: number) => Promise<Portion>;

const SIZE = 200;

/** A list on the server, a page at a time. */
export class Pages implements List {
  total = 0;
  loaded = false;
  private pages = new Map<number, readonly Shown[]>();
  private asked = new Set<number>();
  private sight: readonly [number, number] = [0, 1];
  private age = 0;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly fetch: Fetch,
    private readonly failed: (error: Error) => void,
  ) {
    this.want(0, 1);
  }

  at(index: number): Shown | undefined {
    return this.pages.get(Math.floor(index / SIZE))?.[index % SIZE];
  }

  want(from: number, to: number): void {
    this.sight = [from, to];
    for (let page = Math.floor(from / SIZE); page <= Math.floor(Math.max(from, to - 1) / SIZE); page++) {
      if (!this.asked.has(page)) void this.ask(page);
    }
  }

  /** Something changed: what is in sight is asked for anew, what was known stays until then. */
  refresh(): void {
    this.age += 1;
    this.asked.clear();
    this.want(...this.sight);
  }

  private async ask(page: number): Promise<void> {
    const { age } = this;
    this.asked.add(page);
    try {
      const { shown, total } = await this.fetch(page * SIZE, SIZE);
      if (age !== this.age) return;
      for (const known of this.pages.keys()) if (!this.asked.has(known)) this.pages.delete(known);
      this.pages.set(page, shown);
      this.total = total;
      this.loaded = true;
    } catch (error) {
      this.asked.delete(page);
      this.failed(error as Error);
    }
    for (const listener of this.listeners) listener();
  }

  async ids(): Promise<readonly number[]> {
    const all: number[] = [];
    for (let start = 0; ; start += 500) {
      const { shown, total } = await this.fetch(start, 500);
      all.push(...shown.map((one) => one.picture.id));
      if (!shown.length || start + 500 >= total) return all;
    }
  }

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** A list that is there already. */
export class Fixed implements List {
  constructor(private readonly all: readonly Shown[]) {}

  get total(): number {
    return this.all.length;
  }

  at(index: number): Shown | undefined {
    return this.all[index];
  }

  want(): void {}

  async ids(): Promise<readonly number[]> {
    return this.all.map((one) => one.picture.id);
  }

  on(): () => void {
    return () => {};
  }
}
