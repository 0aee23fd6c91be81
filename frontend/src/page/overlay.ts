/**
 * What lies over the canvas and moves with it: names of groups, marks of axes, large pictures.
 *
 * Plain elements, moved by the map's own frames; drawing them anew each frame would cost more.
 * All of it is decoration: the same words are in the panel and in the list.
 */

import type { Layout, Manifest, Source } from "../data/source";
import type { Cover, MapView, NearPicture } from "../map/view";

interface Name {
  readonly element: HTMLElement;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly cluster: boolean;
}

const NAMES_UNTIL = 56; // CSS pixels a thumbnail: nearer, the pictures speak for themselves
const AIR = 6; // CSS pixels between two names
const EDGE = 4; // CSS pixels to the edge of the map

export class Overlay {
  private names: Name[] = [];
  private readonly pictures = new Map<number, HTMLImageElement>();
  private wanted = new Set<number>();
  private readonly ending: (() => void)[];

  constructor(
    private readonly host: HTMLElement,
    private readonly map: MapView,
    private readonly manifest: Manifest,
    private readonly source: Source,
  ) {
    this.ending = [map.on("camera", () => this.place()), map.on("near", (near) => this.near(near))];
  }

  close(): void {
    for (const end of this.ending) end();
    this.host.replaceChildren();
  }

  /** The names of a layout: its own annotations, or the clusters in the first layout. */
  setLayout(layout: Layout | undefined, withClusters: boolean): void {
    for (const name of this.names) name.element.remove();
    const texts = (layout?.annotations ?? []).filter((one) => one.role !== "note");
    const clusters = withClusters ? [...this.manifest.clusters].sort((a, b) => b.size - a.size) : [];
    this.names = [
      ...texts.map((one) => this.name(one.text, one.role, one.x, one.y)),
      ...clusters.map((one) => this.name(one.name, "cluster", one.x, one.y)),
    ];
    this.place();
  }

  private name(text: string, role: string, x: number, y: number): Name {
    const element = document.createElement("span");
    element.className = `map-name ${role}`;
    element.textContent = text;
    this.host.append(element);
    return { element, x, y, width: element.offsetWidth, height: element.offsetHeight, cluster: role === "cluster" };
  }

  /** Names that would lie on a more important one give way. */
  private place(): void {
    const taken: Cover[] = [];
    const { clientWidth, clientHeight } = this.host;
    const near = this.map.view.scale * (this.map.layout?.spacing ?? 0) > NAMES_UNTIL;
    for (const name of this.names) {
      const [x, y] = this.map.project(name.x, name.y);
      const middle = x - name.width / 2;
      // A name whose place is in sight is read whole, even at the edge.
      const left = x < 0 || x > clientWidth ? middle : Math.max(EDGE, Math.min(clientWidth - name.width - EDGE, middle));
      const top = y - name.height / 2;
      const [right, bottom] = [left + name.width, top + name.height];
      const outside = right < 0 || bottom < 0 || left > clientWidth || top > clientHeight;
      const crowded =
        outside ||
        (near && name.cluster) ||
        taken.some((other) => left < other.right + AIR && right > other.left - AIR && top < other.bottom + AIR && bottom > other.top - AIR);
      name.element.classList.toggle("away", crowded);
      if (crowded) continue;
      taken.push({ left, top, right, bottom });
      name.element.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    }
    this.map.setCovers(taken);
  }

  private near(near: readonly NearPicture[]): void {
    this.wanted = new Set(near.map((one) => one.index));
    for (const [index, picture] of this.pictures) {
      if (this.wanted.has(index)) continue;
      picture.remove();
      this.pictures.delete(index);
    }
    if (this.manifest.previews.kind === "none") return;
    near.forEach((one, order) => {
      const picture = this.pictures.get(one.index) ?? this.bring(one.index);
      picture.style.transform = `translate(${one.left.toFixed(1)}px, ${one.top.toFixed(1)}px)`;
      picture.style.width = `${one.width.toFixed(1)}px`;
      picture.style.height = `${one.height.toFixed(1)}px`;
      picture.style.zIndex = String(order);
    });
  }

  private bring(index: number): HTMLImageElement {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.className = "near";
    picture.decoding = "async";
    picture.addEventListener("load", () => picture.classList.add("there"));
    this.pictures.set(index, picture);
    this.host.prepend(picture);
    void this.source.picture(index).then(
      (address) => {
        if (address && this.pictures.get(index) === picture) picture.src = address;
      },
      () => {}, // the thumbnail below stays
    );
    return picture;
  }
}
