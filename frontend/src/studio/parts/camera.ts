/** The webcam: one stream, still pictures of it, and which cameras there are. */

import { t } from "../texts";

const KEPT = "sortal-camera";

export class Camera {
  stream: MediaStream | null = null;
  readonly video = document.createElement("video");
  private readonly canvas = document.createElement("canvas");

  constructor() {
    this.video.muted = true;
    this.video.playsInline = true;
  }

  /**
   * Starts a camera, the one used last if none is named.
   *
   * @throws Error with a sentence on why there is no picture and what to do.
   */
  async start(device = kept()): Promise<void> {
    this.stop();
    if (!navigator.mediaDevices) throw new Error(t.camera.none);
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: device ? { deviceId: { ideal: device }, ...size } : { facingMode: { ideal: "environment" }, ...size },
        audio: false,
      });
    } catch (error) {
      throw new Error(sentence(error as DOMException));
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    if (this.device) keep(this.device);
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  get device(): string | undefined {
    return this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
  }

  /** The picture as it is now, its longer side at most so many pixels; null before there is one. */
  frame(side: number, quality: number): Promise<Blob | null> {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || !this.stream) return Promise.resolve(null);
    const scale = Math.min(1, side / Math.max(videoWidth, videoHeight));
    this.canvas.width = Math.round(videoWidth * scale);
    this.canvas.height = Math.round(videoHeight * scale);
    this.canvas.getContext("2d")!.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", quality));
  }
}

export async function cameras(): Promise<readonly MediaDeviceInfo[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return all.filter((one) => one.kind === "videoinput");
}

function sentence(error: DOMException): string {
  if (error.name === "NotAllowedError") return t.camera.refused;
  if (error.name === "NotReadableError") return t.camera.taken;
  return t.camera.none;
}

function kept(): string | undefined {
  try {
    return localStorage.getItem(KEPT) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(device: string): void {
  try {
    localStorage.setItem(KEPT, device);
  } catch {
    // A browser that keeps nothing begins with its usual camera.
  }
}
