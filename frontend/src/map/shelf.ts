/** The layouts of a collection with their positions, each read once. */

import type { Layout, Manifest, Source } from "../data/source";
import { Places } from "./places";

export class Shelf {
  private readonly kept = new Map<string, Places>();

  /** `allowed`: which pictures the filter lets through. */
  constructor(
    private readonly source: Source,
    readonly manifest: Manifest,
    private readonly allowed: (index: number) => boolean,
  ) {}

  /** The positions of a layout, read or not; undefined when there is none of that name. */
  find(id: string | undefined): Places | undefined {
    const layout = this.manifest.layouts.find((one) => one.id === id);
    return layout && this.placesOf(layout);
  }

  get first(): Places | undefined {
    const [layout] = this.manifest.layouts;
    return layout && this.placesOf(layout);
  }

  /** Reads what has not been read; `came` is told of each block. */
  async load(places: Places, came: (offset: number, block: Uint16Array) => void): Promise<void> {
    if (!places.whole) await places.load(this.source, this.manifest, came);
  }

  private placesOf(layout: Layout): Places {
    let places = this.kept.get(layout.id);
    if (!places) {
      places = new Places(layout, this.manifest.count);
      places.allowed = this.allowed;
      this.kept.set(layout.id, places);
    }
    return places;
  }
}
