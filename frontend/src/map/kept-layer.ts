/** A picture of the points, kept: thumbnails and marks move above it without drawing it anew. */

import { Program } from "./program";

const VERTEX = `
in vec2 corner;
out vec2 at;
void main() { at = corner; gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0); }`;

const FRAGMENT = `
uniform sampler2D kept;
in vec2 at;
out vec4 colour;
void main() { colour = texture(kept, at); }`;

export class KeptLayer {
  private readonly program: Program;
  private readonly texture: WebGLTexture;
  private readonly frame: WebGLFramebuffer;
  private readonly corners: WebGLVertexArrayObject;
  private width = 0;
  private height = 0;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = new Program(gl, VERTEX, FRAGMENT, ["corner"]);
    this.texture = gl.createTexture()!;
    this.frame = gl.createFramebuffer()!;
    this.corners = gl.createVertexArray()!;
    gl.bindVertexArray(this.corners);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindVertexArray(null);
  }

  /** Drawing goes here until `end`; `anew` clears first. */
  begin(width: number, height: number, anew: boolean): void {
    const { gl } = this;
    if (width !== this.width || height !== this.height) this.resize(width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.viewport(0, 0, width, height);
    if (!anew) return;
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  end(): void {
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, null);
  }

  show(): void {
    const { gl } = this;
    this.program.use();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.uniform1i(this.program.at("kept"), 0);
    gl.bindVertexArray(this.corners);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.bindVertexArray(null);
  }

  private resize(width: number, height: number): void {
    const { gl } = this;
    [this.width, this.height] = [width, height];
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
    }
    for (const edge of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
      gl.texParameteri(gl.TEXTURE_2D, edge, gl.CLAMP_TO_EDGE);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
  }
}
