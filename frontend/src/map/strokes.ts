/** Lines: coasts, ways to neighbours, the lasso. Segments of even width, in the layout's units. */

import type { Placing } from "./points";
import { Program, type Colour } from "./program";

const VERTEX = `
in vec2 side;
in vec2 start, end;
uniform vec2 centre, scale, screen;
uniform float width;
out float across;
void main() {
  vec2 a = (start - centre) * scale * screen * 0.5;
  vec2 b = (end - centre) * scale * screen * 0.5;
  vec2 along = normalize(b - a + vec2(1e-6, 0.0));
  vec2 normal = vec2(-along.y, along.x);
  float reach = width * 0.5 + 1.0;
  vec2 p = mix(a - along * width * 0.3, b + along * width * 0.3, side.x) + normal * (side.y - 0.5) * 2.0 * reach;
  across = (side.y - 0.5) * 2.0 * reach;
  gl_Position = vec4(p * 2.0 / screen, 0.0, 1.0);
}`;

const FRAGMENT = `
in float across;
uniform vec4 ink;
uniform float width;
out vec4 colour;
void main() {
  float a = ink.a * clamp(width * 0.5 + 0.5 - abs(across), 0.0, 1.0);
  colour = vec4(ink.rgb * a, a);
}`;

/** Segments (x0, y0, x1, y1) of a line of points (x, y). */
export function segments(line: ArrayLike<number>, closed = false): number[] {
  const found: number[] = [];
  for (let i = 2; i < line.length; i += 2) found.push(line[i - 2], line[i - 1], line[i], line[i + 1]);
  if (closed && line.length > 4) found.push(line[line.length - 2], line[line.length - 1], line[0], line[1]);
  return found;
}

export class Strokes {
  private readonly program: Program;
  private readonly vao: WebGLVertexArrayObject;
  private readonly buffer: WebGLBuffer;
  private held: Float32Array | null = null;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = new Program(gl, VERTEX, FRAGMENT, ["side", "start", "end"]);
    this.vao = gl.createVertexArray()!;
    gl.bindVertexArray(this.vao);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    this.buffer = gl.createBuffer()!;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const at of [1, 2]) {
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, 2, gl.FLOAT, false, 16, (at - 1) * 8);
      gl.vertexAttribDivisor(at, 1);
    }
    gl.bindVertexArray(null);
  }

  /** `lines`: float32 (n, 4). The same array drawn again is not sent again. */
  draw(lines: Float32Array, style: { placing: Placing; screen: readonly [number, number]; ink: Colour; width: number }): void {
    if (lines.length === 0) return;
    const { gl, program } = this;
    program.use();
    gl.bindVertexArray(this.vao);
    if (this.held !== lines) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, lines, gl.DYNAMIC_DRAW);
      this.held = lines;
    }
    gl.uniform2f(program.at("centre"), ...style.placing.centre);
    gl.uniform2f(program.at("scale"), ...style.placing.scale);
    gl.uniform2f(program.at("screen"), ...style.screen);
    gl.uniform4f(program.at("ink"), ...style.ink);
    gl.uniform1f(program.at("width"), style.width);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, lines.length / 4);
    gl.bindVertexArray(null);
  }
}
