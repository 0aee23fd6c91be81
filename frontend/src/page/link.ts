/** Keeps the address and the page in step: what is seen can be sent, and what was sent is seen. */

import { sight } from "../map/camera";
import { read, written, type Seen } from "./address";
import type { Model } from "./model";

const PAUSE = 350; // milliseconds between two writings

export class Link {
  private own = "";
  private saving: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly model: Model) {
    addEventListener("hashchange", () => {
      if (location.hash.replace(/^#/, "") !== this.own) void this.apply(read(location.hash));
    });
  }

  /** What the address says now. */
  get wanted(): Seen {
    return read(location.hash);
  }

  /** Shows what an address says; what does not fit this collection is left out. */
  async apply(seen: Seen): Promise<void> {
    const { model } = this;
    if (seen.layout) await model.setLayout(seen.layout);
    await this.applyFilters(seen);
    await model.setColour(seen.colour ?? model.colour);
    if (seen.at) this.look(seen.at);
    model.page = seen.page;
    if (seen.list) model.showList(true);
    if (seen.point !== undefined) await model.select(seen.point);
    else if (model.current !== null) await model.select(null);
  }

  private async applyFilters(seen: Seen): Promise<void> {
    const { model } = this;
    const gone = [...model.filters.all.keys()].filter((id) => !seen.filters.has(id));
    if (gone.length + seen.filters.size === 0) return;
    for (const id of gone) await model.filters.set(id, null);
    for (const [id, filter] of seen.filters) {
      const column = model.table.column(id);
      const fits = column?.type === "category" ? filter.kind === "values" : filter.kind === "range";
      if (column && fits) await model.filters.set(id, filter).catch((error: Error) => model.fail(error));
    }
    model.filtered();
  }

  look([x, y, width]: readonly [number, number, number]): void {
    const { map } = this.model;
    map?.moveTo({ x, y, scale: map.canvas.clientWidth / width });
  }

  /** Writes the address, now and then rather than with every frame. */
  save(): void {
    this.saving ??= setTimeout(() => {
      this.saving = undefined;
      this.own = written(this.seen());
      if (location.hash.replace(/^#/, "") !== this.own) history.replaceState(null, "", `#${this.own}`);
    }, PAUSE);
  }

  private seen(): Seen {
    const { model } = this;
    const { map } = model;
    const seen: Seen = { filters: model.filters.all, list: model.list, page: model.page, colour: model.colour };
    if (model.layout !== model.manifest.layouts[0]?.id) seen.layout = model.layout;
    if (model.current !== null) seen.point = model.current;
    if (map && !map.whole) {
      const rect = sight(map.view, { width: map.canvas.clientWidth, height: map.canvas.clientHeight });
      seen.at = [map.view.x, map.view.y, rect.x1 - rect.x0];
    }
    return seen;
  }
}
