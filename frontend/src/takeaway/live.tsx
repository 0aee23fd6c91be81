/** The camera: what it sees, the answer to it, and how often one comes. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Asking } from "./asking";
import { Answer } from "./bars";
import type { Card } from "./card";
import { drawHeat } from "./heat";
import { judge, type Verdict } from "./judging";
import { decimal, t } from "./texts";

type Trouble = "insecure" | "none" | "refused" | "taken";

const OVER = 2000; // milliseconds over which the rate is counted

interface Given {
  readonly asking: Asking;
  readonly card: Card;
}

export function Live({ asking, card }: Given) {
  const video = useRef<HTMLVideoElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [rate, setRate] = useState(0);
  const [heated, setHeated] = useState(false);
  const wanted = useRef(heated);
  wanted.current = heated;

  useEffect(() => {
    if (!stream || !video.current) return undefined;
    const shown = video.current;
    shown.srcObject = stream;
    let going = true;
    const ended = follow(shown, asking, () => going && wanted.current, (answered, perSecond) => {
      if (!going) return;
      setVerdict(judge(card, answered));
      setRate(perSecond);
      if (over.current) drawHeat(over.current, answered, card);
    }, () => going);
    return () => {
      going = false;
      void ended;
      for (const track of stream.getTracks()) track.stop();
    };
  }, [stream]);

  const start = async (): Promise<void> => {
    const found = await open();
    setTrouble(typeof found === "string" ? found : null);
    setStream(typeof found === "string" ? null : found);
  };
  const stop = (): void => {
    setStream(null);
    setVerdict(null);
  };
  const hasHeat = card.trunk.grid > 0;
  return (
    <section class="panel" aria-labelledby="live">
      <h2 id="live">{t.live.title}</h2>
      <p class="quiet">{t.live.lead}</p>
      <div class="tools">
        <button type="button" class="primary" onClick={() => (stream ? stop() : void start())}>
          {stream ? t.live.stop : t.live.start}
        </button>
        {stream && hasHeat && (
          <label class="check">
            <input type="checkbox" checked={heated} onChange={() => setHeated(!heated)} /> {t.live.heat}
          </label>
        )}
      </div>
      {trouble && <p role="alert">{t.live[trouble]}</p>}
      {stream && (
        <div class="pair">
          <div class="view">
            <video ref={video} muted playsInline autoPlay aria-label={t.live.video} />
            <canvas ref={over} hidden={!heated} aria-hidden="true" />
          </div>
          <div>
            {verdict && <Answer card={card} verdict={verdict} live />}
            {rate > 0 && <p class="quiet rate">{t.live.rate(decimal(rate, 1))}</p>}
          </div>
        </div>
      )}
    </section>
  );
}

type Answered = Awaited<ReturnType<Asking["frame"]>>;

/** Asks about one frame after the other while it goes on; none waits in a line. */
async function follow(
  video: HTMLVideoElement,
  asking: Asking,
  heat: () => boolean,
  tell: (answered: Answered, perSecond: number) => void,
  going: () => boolean,
): Promise<void> {
  const times: number[] = [];
  while (going()) {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || document.hidden) {
      await new Promise((done) => setTimeout(done, 100));
      continue;
    }
    const answered = await createImageBitmap(video)
      .then((frame) => asking.frame(frame, heat()))
      .catch(() => null);
    if (!answered) continue;
    const now = performance.now();
    times.push(now);
    while (times[0]! < now - OVER) times.shift();
    tell(answered, times.length > 1 ? (1000 * (times.length - 1)) / (now - times[0]!) : 0);
  }
}

async function open(): Promise<MediaStream | Trouble> {
  if (!navigator.mediaDevices) return isSecureContext ? "none" : "insecure";
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { facingMode: { ideal: "environment" }, width: { ideal: 640 }, height: { ideal: 480 } },
      audio: false,
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    return name === "NotAllowedError" ? "refused" : name === "NotReadableError" ? "taken" : "none";
  }
}
