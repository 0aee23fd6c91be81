/** From a moment to a drawn frame; keeps what the graphics hold, and makes it anew after a loss. */

import type { Manifest, Source } from "../data/source";
import type { Atlas } from "./atlas";
import { Crowd } from "./crowd";
import { DotPlan } from "./dots";
import type { Colouring, NearPicture } from "./events";
import { Marks } from "./marks";
import { placingOf, type Moment } from "./moment";
import type { Places } from "./places";
import { colour } from "./program";
import { contextOf, Renderer } from "./renderer";
import type { State } from "./state";
import type { Viewport } from "./viewport";

const FILL = 4; // milliseconds a frame for thumbnails that have come
const LAYERS = 8; // of the texture of thumbnails, at most: 16 MiB each
const NO_COLOURS = new Uint8Array(1024).fill(128);

export class Painter {
  readonly crowd = new Crowd();
  readonly dots = new DotPlan();
  readonly marks = new Marks();
  private readonly gl: WebGL2RenderingContext;
  private renderer: Renderer | null = null;
  private ordered: Places | null = null;

  /** Throws a GraphicsError where there is no WebGL2. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly port: Viewport,
    private readonly state: State,
  ) {
    this.gl = contextOf(canvas);
  }

  /** The thumbnails on the graphics side; null while there are no graphics. */
  get atlas(): Atlas | null {
    return this.renderer?.atlas ?? null;
  }

  /** Makes everything on the graphics side. `changed` is called when thumbnails have come. */
  make(manifest: Manifest, source: Source, changed: () => void): void {
    if (this.gl.isContextLost()) return;
    this.renderer = new Renderer(this.gl, manifest.count, {
      side: manifest.sheet.side,
      columns: manifest.sheet.columns,
      perSheet: manifest.blocks.sheet,
      layers: this.layers(),
      sheet: (index) => source.sheet(index),
      changed,
    });
    this.ordered = null;
    this.setColour(this.state.colouring);
    this.setStates();
    this.again();
  }

  /** Room for the thumbnails that a screen may hold, 44 CSS pixels apart, and for some more. */
  private layers(): number {
    const { width, height } = this.port.size;
    return Math.min(LAYERS, Math.max(1, Math.ceil((((width * height) / 44 ** 2) * 1.6) / 1024)));
  }

  lose(): void {
    this.renderer?.atlas.close();
    this.renderer = null;
  }

  fitCanvas(): void {
    const { size, ratio } = this.port;
    this.canvas.width = Math.round(size.width * ratio);
    this.canvas.height = Math.round(size.height * ratio);
  }

  setColour(colouring: Colouring | null): void {
    this.renderer?.points.setPalette(colouring?.palette ?? NO_COLOURS);
    if (colouring) this.renderer?.points.setShades(colouring.shades);
  }

  setStates(): void {
    this.renderer?.points.setStates(this.state.bits);
  }

  /** Sends positions of layouts: those to come from, and those to go to. */
  setPlaces(from: Places, to: Places): void {
    this.renderer?.points.setFrom(from.positions);
    this.renderer?.points.setTo(to.positions);
  }

  /** Sends one block of positions of a layout that is still coming. */
  addPlaces(block: Uint16Array, offset: number): void {
    this.renderer?.points.setFrom(block, offset);
    this.renderer?.points.setTo(block, offset);
  }

  /** What was drawn holds no more. */
  again(): void {
    this.dots.again();
    this.crowd.again();
  }

  /** Brings thumbnails of a moment. True when there is more to come or some come and go. */
  bring(moment: Moment): boolean {
    this.crowd.choose(moment);
    const filling = moment.atlas.fill(FILL); // after the choice: no later frame may come to copy what it wants
    const fading = this.crowd.fade(moment);
    return filling || fading;
  }

  /** Draws; gives the pictures so near that they want more than a thumbnail. */
  paint(moment: Moment): readonly NearPicture[] {
    const { renderer } = this;
    if (!renderer) return [];
    const dots = this.dots.next(moment);
    if (dots?.byCells) this.order(renderer, moment.places);
    const { thumbnails, near } = this.crowd.seen(moment);
    renderer.draw(
      {
        placing: placingOf(moment),
        screen: [this.port.size.width, this.port.size.height],
        ratio: this.port.ratio,
        below: this.marks.below(moment),
        above: this.marks.above(moment),
        thumbnails,
        accent: colour(this.state.theme.frame),
      },
      dots,
    );
    return near;
  }

  get waiting(): boolean {
    return this.dots.waiting || this.crowd.waiting;
  }

  private order(renderer: Renderer, places: Places): void {
    if (this.ordered === places || !places.cells) return;
    renderer.points.setOrder(places.cells.order);
    this.ordered = places;
  }
}
