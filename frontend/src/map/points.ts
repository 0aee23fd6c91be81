/** Every picture as a dot: static buffers on the graphics side, drawn in slices. */

import { PLACING, Program, type Colour } from "./program";

export const HIDDEN = 1; // by a filter
export const CHOSEN = 2; // by a lasso or from the list

const VERTEX = `
in vec2 from, to;
in float shade, state;
${PLACING}
uniform float side, ratio, anyChosen;
uniform vec4 ghost;
uniform sampler2D palette;
out vec4 tint;
out float radius;
void main() {
  int bits = int(state + 0.5);
  bool hidden = (bits & ${HIDDEN}) != 0, chosen = (bits & ${CHOSEN}) != 0;
  gl_Position = vec4(placed(from, to, chance(gl_VertexID)), 0.0, 1.0);
  float size = side * (hidden ? 0.7 : chosen ? 1.35 : 1.0);
  radius = size * ratio * 0.5;
  gl_PointSize = max(2.0, size * ratio + 1.0);
  tint = hidden ? ghost : texelFetch(palette, ivec2(int(shade + 0.5), 0), 0);
  if (anyChosen > 0.5 && !chosen && !hidden) tint.a *= 0.28;
}`;

const FRAGMENT = `
in vec4 tint;
in float radius;
out vec4 colour;
void main() {
  float drawn = max(2.0, radius * 2.0 + 1.0);
  float edge = clamp(radius + 0.5 - length(gl_PointCoord - 0.5) * drawn, 0.0, 1.0);
  float alpha = tint.a * edge;
  colour = vec4(tint.rgb * alpha, alpha);
}`;

export interface Placing {
  readonly fromBox: readonly [number, number];
  readonly toBox: readonly [number, number];
  readonly share: number;
  readonly centre: readonly [number, number];
  /** Clip units a unit of the layout; y is turned. */
  readonly scale: readonly [number, number];
}

export function place(gl: WebGL2RenderingContext, program: Program, placing: Placing): void {
  gl.uniform2f(program.at("fromBox"), ...placing.fromBox);
  gl.uniform2f(program.at("toBox"), ...placing.toBox);
  gl.uniform2f(program.at("centre"), ...placing.centre);
  gl.uniform2f(program.at("scale"), ...placing.scale);
  gl.uniform1f(program.at("share"), placing.share);
}

export interface PointStyle {
  /** CSS pixels across. */
  readonly side: number;
  readonly ratio: number;
  readonly ghost: Colour;
  readonly anyChosen: boolean;
}

export class Points {
  private readonly program: Program;
  private readonly vao: WebGLVertexArrayObject;
  private readonly buffers: readonly WebGLBuffer[];
  private readonly elements: WebGLBuffer;
  readonly palette: WebGLTexture;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    count: number,
  ) {
    this.program = new Program(gl, VERTEX, FRAGMENT, ["from", "to", "shade", "state"]);
    this.vao = gl.createVertexArray()!;
    gl.bindVertexArray(this.vao);
    this.buffers = [4, 4, 1, 1].map((bytes, at) => {
      const buffer = gl.createBuffer()!;
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, Math.max(1, count) * bytes, gl.DYNAMIC_DRAW);
      gl.enableVertexAttribArray(at);
      if (bytes === 4) gl.vertexAttribPointer(at, 2, gl.UNSIGNED_SHORT, true, 0, 0);
      else gl.vertexAttribPointer(at, 1, gl.UNSIGNED_BYTE, false, 0, 0);
      return buffer;
    });
    this.elements = gl.createBuffer()!;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.elements);
    gl.bindVertexArray(null);
    this.palette = gl.createTexture()!;
  }

  /** Positions to come from and to go to; `offset` in points. */
  setFrom(positions: Uint16Array, offset = 0): void {
    this.write(0, positions, offset * 4);
  }

  setTo(positions: Uint16Array, offset = 0): void {
    this.write(1, positions, offset * 4);
  }

  setShades(shades: Uint8Array, offset = 0): void {
    this.write(2, shades, offset);
  }

  setStates(states: Uint8Array, offset = 0): void {
    this.write(3, states, offset);
  }

  /** RGBA, uint8 (256, 4): the colour of each shade. */
  setPalette(colours: Uint8Array): void {
    const { gl } = this;
    gl.bindTexture(gl.TEXTURE_2D, this.palette);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours);
    for (const edge of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, edge, gl.NEAREST);
    }
  }

  /** The order of the cells, for drawing what is in sight only. */
  setOrder(order: Uint32Array): void {
    const { gl } = this;
    gl.bindVertexArray(this.vao);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.STATIC_DRAW);
    gl.bindVertexArray(null);
  }

  /** Draws runs [first, count] of points, in the order of the tree or of the cells. */
  draw(runs: readonly (readonly [number, number])[], byCells: boolean, placing: Placing, style: PointStyle): void {
    const { gl, program } = this;
    program.use();
    gl.bindVertexArray(this.vao);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.palette);
    gl.uniform1i(program.at("palette"), 0);
    place(gl, program, placing);
    gl.uniform1f(program.at("side"), style.side);
    gl.uniform1f(program.at("ratio"), style.ratio);
    gl.uniform1f(program.at("anyChosen"), style.anyChosen ? 1 : 0);
    gl.uniform4f(program.at("ghost"), ...style.ghost);
    for (const [first, count] of runs) {
      if (byCells) gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, first * 4);
      else gl.drawArrays(gl.POINTS, first, count);
    }
    gl.bindVertexArray(null);
  }

  private write(which: number, data: ArrayBufferView, bytes: number): void {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[which]);
    gl.bufferSubData(gl.ARRAY_BUFFER, bytes, data);
  }
}
