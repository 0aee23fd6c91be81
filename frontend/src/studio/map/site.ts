/** The project's own map: its site as the server gives it, with the pictures behind its points. */

import { ScriptSource } from "../../data/scripts";
import type { Manifest } from "../../data/source";
import { address } from "../client";

/** A point's path begins with the id of its picture and a slash. */
const ID = /^(\d+)\//;

export class ProjectSite extends ScriptSource {
  private whole: Promise<Manifest & { base: string }> | null = null;

  constructor() {
    super("map/");
  }

  /** As it was written, but for the large pictures: those the project itself has. */
  override manifest(): Promise<Manifest & { base: string }> {
    this.whole ??= super.manifest().then((manifest) => ({ ...manifest, previews: { kind: "files" as const } }));
    return this.whole;
  }

  override async picture(index: number): Promise<string> {
    const { blocks } = await this.manifest();
    const texts = await this.texts("path", Math.floor(index / blocks.texts));
    const id = idOf(texts[index % blocks.texts] ?? "");
    return id === 0 ? "" : address("GET /api/pictures/{id}/preview", { path: { id } });
  }

  /** The id of the picture behind each point; 0 where there is none. */
  async ids(): Promise<Int32Array> {
    const { count, blocks } = await this.manifest();
    const ids = new Int32Array(count);
    for (let first = 0; first < count; first += blocks.texts) {
      (await this.texts("path", first / blocks.texts)).forEach((path, i) => (ids[first + i] = idOf(path)));
    }
    return ids;
  }
}

function idOf(path: string): number {
  return Number(ID.exec(path)?.[1] ?? 0);
}
