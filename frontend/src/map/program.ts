/** WebGL2 without a library: programs, buffers and the errors that they may give. */

export class GraphicsError extends Error {}

export class Program {
  readonly handle: WebGLProgram;
  private readonly places = new Map<string, WebGLUniformLocation | null>();

  constructor(
    private readonly gl: WebGL2RenderingContext,
    vertex: string,
    fragment: string,
    attributes: readonly string[],
  ) {
    const handle = gl.createProgram();
    if (!handle) throw new GraphicsError("The graphics of this browser give no program.");
    for (const [type, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
      const shader = gl.createShader(type);
      if (!shader) throw new GraphicsError("The graphics of this browser give no shader.");
      gl.shaderSource(shader, `#version 300 es\nprecision highp float;\nprecision highp sampler2DArray;\n${text}`);
      gl.compileShader(shader);
      gl.attachShader(handle, shader);
    }
    attributes.forEach((name, place) => gl.bindAttribLocation(handle, place, name));
    gl.linkProgram(handle);
    if (!gl.getProgramParameter(handle, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new GraphicsError(`A shader does not link: ${gl.getProgramInfoLog(handle)}`);
    }
    this.handle = handle;
  }

  use(): void {
    this.gl.useProgram(this.handle);
  }

  at(name: string): WebGLUniformLocation | null {
    let place = this.places.get(name);
    if (place === undefined) this.places.set(name, (place = this.gl.getUniformLocation(this.handle, name)));
    return place;
  }
}

export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** Colours 0-1 from "#rrggbb" or "#rrggbbaa". */
export function colour(text: string): Colour {
  const part = (at: number) => parseInt(text.slice(at, at + 2) || "ff", 16) / 255;
  return [part(1), part(3), part(5), part(7)];
}

/** How a place of a layout, 0-1 over its box, comes to the screen, for two layouts at once. */
export const PLACING = `
uniform vec2 fromBox, toBox, centre, scale;
uniform float share;
vec2 placed(vec2 from, vec2 to, float own) {
  float t = clamp(share * 1.35 - 0.35 * own, 0.0, 1.0);
  t = t * t * (3.0 - 2.0 * t);
  return (mix(from * fromBox, to * toBox, t) - centre) * scale;
}
float chance(int id) { return fract(sin(float(id) * 12.9898) * 43758.5453); }
`;
