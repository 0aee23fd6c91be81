/** Thumbnails as one instanced draw: a picture, its frame in the colour of its dot, a soft corner. */

import { ATLAS_SIDE, type Slot } from "./atlas";
import { place, type Placing } from "./points";
import { PLACING, Program, type Colour } from "./program";

const FLOATS = 14;

const VERTEX = `
in vec2 corner;
in vec2 from, to;
in vec4 cell;   // left, top, layer, id
in vec4 looks;  // width, height, shade, frame in pixels
in vec2 show;   // side in pixels, alpha
${PLACING}
uniform vec2 screen;
uniform sampler2D palette;
out vec2 at;
flat out vec2 size;
flat out vec3 source;
flat out vec2 extent;
flat out vec4 frame;
flat out float border, alpha;
void main() {
  float longest = max(looks.x, looks.y);
  size = show.x * looks.xy / longest;
  border = looks.w;
  vec2 whole = size + 2.0 * border;
  at = corner * whole - border;
  vec2 middle = placed(from, to, chance(int(cell.w)));
  vec2 offset = (corner - 0.5) * whole * 2.0 / screen;
  gl_Position = vec4(middle + vec2(offset.x, -offset.y), 0.0, 1.0);
  source = vec3(cell.xy, cell.z);
  extent = looks.xy;
  frame = looks.z < 0.0 ? vec4(0.0) : texelFetch(palette, ivec2(int(looks.z + 0.5), 0), 0);
  alpha = show.y;
}`;

const FRAGMENT = `
in vec2 at;
flat in vec2 size;
flat in vec3 source;
flat in vec2 extent;
flat in vec4 frame;
flat in float border, alpha;
uniform sampler2DArray atlas;
uniform vec4 accent;
uniform float ratio;
out vec4 colour;
float box(vec2 p, vec2 half_, float r) {
  vec2 q = abs(p) - half_ + r;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - r;
}
void main() {
  vec2 p = at - size * 0.5;
  float r = min(3.0, size.x * 0.08);
  float outer = clamp(0.5 - box(p, size * 0.5 + border, r + border * 0.6) * ratio, 0.0, 1.0);
  float inner = clamp(0.5 - box(p, size * 0.5, r) * ratio, 0.0, 1.0);
  vec2 uv = clamp(at / size * extent, vec2(0.5), extent - 0.5);
  vec3 seen = texture(atlas, vec3((source.xy + uv) / ${ATLAS_SIDE}.0, source.z)).rgb;
  vec4 edge = frame.a > 0.0 ? vec4(frame.rgb, 1.0) : accent;
  float a = outer * alpha;
  colour = vec4(mix(edge.rgb, seen, inner) * a, a);
}`;

export interface Thumbnail {
  readonly index: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly slot: Slot;
  /** Shade of its frame, or -1 for the accent. */
  readonly shade: number;
  readonly frame: number;
  readonly side: number;
  readonly alpha: number;
}

export class Thumbnails {
  private readonly program: Program;
  private readonly vao: WebGLVertexArrayObject;
  private readonly instances: WebGLBuffer;
  private data = new Float32Array(0);

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = new Program(gl, VERTEX, FRAGMENT, ["corner", "from", "to", "cell", "looks", "show"]);
    this.vao = gl.createVertexArray()!;
    gl.bindVertexArray(this.vao);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    this.instances = gl.createBuffer()!;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    let offset = 0;
    [2, 2, 4, 4, 2].forEach((size, at) => {
      gl.enableVertexAttribArray(at + 1);
      gl.vertexAttribPointer(at + 1, size, gl.FLOAT, false, FLOATS * 4, offset);
      gl.vertexAttribDivisor(at + 1, 1);
      offset += size * 4;
    });
    gl.bindVertexArray(null);
  }

  draw(
    all: readonly Thumbnail[],
    { placing, atlas, palette, accent, screen, ratio }: {
      placing: Placing;
      atlas: WebGLTexture;
      palette: WebGLTexture;
      accent: Colour;
      screen: readonly [number, number];
      ratio: number;
    },
  ): void {
    if (all.length === 0) return;
    const { gl, program } = this;
    this.fill(all);
    program.use();
    gl.bindVertexArray(this.vao);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, atlas);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, palette);
    gl.activeTexture(gl.TEXTURE0);
    gl.uniform1i(program.at("atlas"), 0);
    gl.uniform1i(program.at("palette"), 1);
    place(gl, program, placing);
    gl.uniform2f(program.at("screen"), ...screen);
    gl.uniform4f(program.at("accent"), ...accent);
    gl.uniform1f(program.at("ratio"), ratio);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, all.length);
    gl.bindVertexArray(null);
  }

  private fill(all: readonly Thumbnail[]): void {
    const { gl } = this;
    if (this.data.length < all.length * FLOATS) this.data = new Float32Array(all.length * FLOATS * 2);
    all.forEach((one, i) => {
      const { slot } = one;
      this.data.set(
        [
          ...one.from, ...one.to,
          slot.x, slot.y, slot.layer, one.index,
          slot.width, slot.height, one.shade, one.frame,
          one.side, one.alpha,
        ],
        i * FLOATS,
      );
    });
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    gl.bufferData(gl.ARRAY_BUFFER, this.data.subarray(0, all.length * FLOATS), gl.STREAM_DRAW);
  }
}
