/** Everything on the graphics side, made anew when the browser takes the context away and gives it back. */

import { Atlas, type AtlasOptions } from "./atlas";
import { KeptLayer } from "./kept-layer";
import { Points, type Placing, type PointStyle } from "./points";
import { GraphicsError, type Colour } from "./program";
import { Strokes } from "./strokes";
import { Thumbnails, type Thumbnail } from "./thumbnails";

export interface Line {
  readonly segments: Float32Array;
  readonly ink: Colour;
  readonly width: number;
}

export interface Scene {
  readonly placing: Placing;
  readonly screen: readonly [number, number];
  readonly ratio: number;
  readonly below: readonly Line[];
  readonly above: readonly Line[];
  readonly thumbnails: readonly Thumbnail[];
  readonly accent: Colour;
}

export interface Dots {
  readonly runs: readonly (readonly [number, number])[];
  readonly byCells: boolean;
  readonly style: PointStyle;
  /** Whether these dots begin the layer or continue it. */
  readonly anew: boolean;
}

export class Renderer {
  readonly points: Points;
  readonly atlas: Atlas;
  private readonly kept: KeptLayer;
  private readonly thumbnails: Thumbnails;
  private readonly strokes: Map<string, Strokes> = new Map();

  constructor(
    private readonly gl: WebGL2RenderingContext,
    count: number,
    atlas: AtlasOptions,
  ) {
    this.points = new Points(gl, count);
    this.kept = new KeptLayer(gl);
    this.atlas = new Atlas(gl, atlas);
    this.thumbnails = new Thumbnails(gl);
    gl.disable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  }

  draw(scene: Scene, dots: Dots | null): void {
    const { gl } = this;
    const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
    if (dots) {
      this.kept.begin(width, height, dots.anew);
      this.points.draw(dots.runs, dots.byCells, scene.placing, dots.style);
      this.kept.end();
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    this.lines("below", scene.below, scene);
    this.kept.show();
    this.thumbnails.draw(scene.thumbnails, {
      placing: scene.placing,
      atlas: this.atlas.texture,
      palette: this.points.palette,
      accent: scene.accent,
      screen: scene.screen,
      ratio: scene.ratio,
    });
    this.lines("above", scene.above, scene);
  }

  private lines(where: string, lines: readonly Line[], { placing, screen }: Scene): void {
    lines.forEach((line, i) => {
      const name = `${where}${i}`;
      let strokes = this.strokes.get(name);
      if (!strokes) this.strokes.set(name, (strokes = new Strokes(this.gl)));
      strokes.draw(line.segments, { placing, screen, ink: line.ink, width: line.width });
    });
  }
}

export function contextOf(canvas: HTMLCanvasElement): WebGL2RenderingContext {
  const gl = canvas.getContext("webgl2", {
    alpha: true,
    antialias: false,
    depth: false,
    premultipliedAlpha: true,
    powerPreference: "low-power",
  });
  if (!gl) throw new GraphicsError("This browser has no WebGL2, with which the map is drawn.");
  return gl;
}
