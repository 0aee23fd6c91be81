/** Hands on the canvas: mouse, wheel, trackpad, fingers and keys become a few plain calls. */

export interface Hands {
  /** Pan by CSS pixels. */
  pan(dx: number, dy: number): void;
  zoom(left: number, top: number, factor: number): void;
  /** Let go while moving, CSS pixels a millisecond. */
  fling(vx: number, vy: number): void;
  tap(left: number, top: number, touch: boolean): void;
  hover(left: number, top: number): void;
  leave(): void;
  draw(phase: "start" | "move" | "end" | "cancel", left: number, top: number): void;
  key(event: KeyboardEvent): boolean;
  halt(): void;
  drawing(): boolean;
}

const TAP_WAY = 6; // CSS pixels that a tap may wander

interface Finger {
  x: number;
  y: number;
}

export class Gestures {
  private readonly fingers = new Map<number, Finger>();
  private readonly ending = new AbortController();
  private mode: "none" | "pan" | "pinch" | "draw" = "none";
  private wandered = 0;
  private velocity = { x: 0, y: 0, at: 0 };

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly hands: Hands,
  ) {
    const options = { signal: this.ending.signal };
    canvas.addEventListener("pointerdown", (event) => this.down(event), options);
    canvas.addEventListener("pointermove", (event) => this.move(event), options);
    canvas.addEventListener("pointerup", (event) => this.up(event, false), options);
    canvas.addEventListener("pointercancel", (event) => this.up(event, true), options);
    canvas.addEventListener("pointerleave", () => this.hands.leave(), options);
    canvas.addEventListener("wheel", (event) => this.wheel(event), { ...options, passive: false });
    canvas.addEventListener("keydown", (event) => {
      if (this.hands.key(event)) event.preventDefault();
    }, options);
    canvas.addEventListener("dblclick", (event) => {
      const at = this.at(event);
      this.hands.zoom(at.x, at.y, event.shiftKey ? 0.5 : 2);
    }, options);
  }

  close(): void {
    this.ending.abort();
  }

  private at(event: MouseEvent): Finger {
    const rect = this.canvas.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  }

  private down(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.hands.halt();
    const at = this.at(event);
    this.fingers.set(event.pointerId, at);
    if (this.fingers.size === 2) {
      if (this.mode === "draw") this.hands.draw("cancel", at.x, at.y);
      this.mode = "pinch";
    } else if (this.fingers.size === 1) {
      this.wandered = 0;
      this.velocity = { x: 0, y: 0, at: event.timeStamp };
      this.mode = event.shiftKey || this.hands.drawing() ? "draw" : "pan";
      if (this.mode === "draw") this.hands.draw("start", at.x, at.y);
    }
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    const before = this.fingers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") this.hands.hover(at.x, at.y);
      return;
    }
    const [dx, dy] = [at.x - before.x, at.y - before.y];
    this.wandered += Math.hypot(dx, dy);
    if (this.mode === "draw") this.hands.draw("move", at.x, at.y);
    else if (this.mode === "pan" && this.wandered > TAP_WAY) this.pan(dx, dy, event.timeStamp);
    else if (this.mode === "pinch") this.pinch(event.pointerId, before, at);
    if (this.mode !== "pan" || this.wandered > TAP_WAY) this.fingers.set(event.pointerId, at);
  }

  private pan(dx: number, dy: number, now: number): void {
    this.hands.pan(dx, dy);
    const past = Math.max(1, now - this.velocity.at);
    const weight = Math.min(1, past / 40);
    this.velocity = {
      x: this.velocity.x * (1 - weight) + (dx / past) * weight,
      y: this.velocity.y * (1 - weight) + (dy / past) * weight,
      at: now,
    };
  }

  private pinch(moved: number, before: Finger, at: Finger): void {
    const other = [...this.fingers].find(([id]) => id !== moved)?.[1];
    if (!other) return;
    const middle = (a: Finger) => ({ x: (a.x + other.x) / 2, y: (a.y + other.y) / 2 });
    const apart = (a: Finger) => Math.max(8, Math.hypot(a.x - other.x, a.y - other.y));
    const [m0, m1] = [middle(before), middle(at)];
    this.hands.pan(m1.x - m0.x, m1.y - m0.y);
    this.hands.zoom(m1.x, m1.y, apart(at) / apart(before));
  }

  private up(event: PointerEvent, cancelled: boolean): void {
    if (!this.fingers.delete(event.pointerId)) return;
    const at = this.at(event);
    const { mode } = this;
    if (this.fingers.size > 0) {
      if (mode === "pinch") this.mode = "pan";
      return;
    }
    this.mode = "none";
    if (mode === "draw") this.hands.draw(cancelled ? "cancel" : "end", at.x, at.y);
    else if (cancelled || mode !== "pan") return;
    else if (this.wandered <= TAP_WAY) this.hands.tap(at.x, at.y, event.pointerType !== "mouse");
    else if (event.timeStamp - this.velocity.at < 60) this.hands.fling(this.velocity.x, this.velocity.y);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    this.hands.halt();
    const at = this.at(event);
    const unit = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 400 : 1;
    // A pinch on a trackpad comes as a wheel with the control key and small steps.
    const speed = event.ctrlKey ? 0.012 : 0.0018;
    this.hands.zoom(at.x, at.y, Math.exp(-Math.max(-240, Math.min(240, event.deltaY * unit)) * speed));
  }
}
