/** Pictures from the webcam: hold to record; what was recorded in one go is one group. */

import { useEffect, useReducer, useState } from "preact/hooks";
import { Camera } from "../parts/camera";
import { Dialog } from "../parts/dialog";
import { KindSelect } from "../parts/strip";
import { Sign } from "../parts/sign";
import { Viewfinder } from "../parts/viewfinder";
import type { Studio } from "../studio";
import { t } from "../texts";

const EVERY = 125; // milliseconds between two pictures
const SIDE = 640; // pixels of the longer side: three times what the network sees
const QUALITY = 0.92;

interface Frame {
  blob: Blob;
  url: string;
}

interface Burst {
  group: string;
  frames: Frame[];
}

export function Recorder({ studio, kind: given, close }: { studio: Studio; kind: number | null; close: () => void }) {
  const [, draw] = useReducer((n: number, _: void) => n + 1, 0);
  const [camera] = useState(() => new Camera());
  const [bursts] = useState<Burst[]>(() => []);
  const [kind, setKind] = useState(given);
  const [recording, setRecording] = useState(false);
  const total = bursts.reduce((sum, burst) => sum + burst.frames.length, 0);

  useEffect(() => {
    if (!recording) return;
    const burst: Burst = { group: groupName(), frames: [] };
    bursts.push(burst);
    let busy = false;
    const shoot = async () => {
      if (busy) return;
      busy = true;
      const blob = await camera.frame(SIDE, QUALITY);
      busy = false;
      if (blob) burst.frames.push({ blob, url: URL.createObjectURL(blob) });
      draw();
    };
    void shoot();
    const timer = setInterval(() => void shoot(), EVERY);
    return () => clearInterval(timer);
  }, [recording]);
  useEffect(() => {
    const end = () => setRecording(false);
    for (const name of ["pointerup", "pointercancel", "blur"]) addEventListener(name, end);
    return () => {
      for (const name of ["pointerup", "pointercancel", "blur"]) removeEventListener(name, end);
      for (const burst of bursts) forget(burst.frames);
    };
  }, []);

  const drop = (burst: Burst, frame: Frame) => {
    burst.frames.splice(burst.frames.indexOf(frame), 1);
    forget([frame]);
    draw();
  };
  const discard = () => {
    for (const burst of bursts.splice(0)) forget(burst.frames);
    draw();
  };
  const add = () => {
    for (const burst of bursts.splice(0)) {
      if (burst.frames.length) void studio.uploads.takeBurst(burst.frames.map((frame) => frame.blob), kind, burst.group);
      forget(burst.frames);
    }
  };
  const finish = () => {
    add();
    close();
  };
  return (
    <Dialog title={kind === null ? t.camera.title : t.camera.titleOf(studio.kindName(kind))} close={finish} class="recorder">
      <Viewfinder camera={camera}>
        {recording && <span class="recording">{t.camera.recording}</span>}
      </Viewfinder>
      <div class="record-row">
        <button
          type="button"
          class={recording ? "record on" : "record"}
          aria-describedby="record-how"
          onPointerDown={(event) => { event.currentTarget.focus(); setRecording(true); }}
          onContextMenu={(event) => event.preventDefault()}
          onKeyDown={(event) => {
            if (event.key !== " " && event.key !== "Enter") return;
            event.preventDefault();
            if (!event.repeat) setRecording(true);
          }}
          onKeyUp={(event) => (event.key === " " || event.key === "Enter") && setRecording(false)}
        >
          <span class="record-dot" /> {t.camera.hold}
        </button>
        <p id="record-how" class="quiet">{t.camera.how}</p>
      </div>
      {given === null && (
        <div class="actions">
          <span>{kind === null ? t.camera.noKind : t.camera.asKind(studio.kindName(kind))}</span>
          <KindSelect studio={studio} label={t.camera.chooseKind} pick={setKind} />
        </div>
      )}
      <p class="spoken" role="status">{recording ? t.camera.recording : total ? t.camera.taken_(total) : ""}</p>
      <Tray bursts={bursts} drop={drop} />
      <div class="actions end">
        {total > 0 && <button type="button" onClick={discard}>{t.camera.discard}</button>}
        <button type="button" class="primary" onClick={finish}>{total ? t.camera.add(total) : t.words.close}</button>
      </div>
    </Dialog>
  );
}

function Tray({ bursts, drop }: { bursts: readonly Burst[]; drop: (burst: Burst, frame: Frame) => void }) {
  return (
    <div class="tray">
      {bursts.filter((burst) => burst.frames.length).map((burst) => (
        <ul key={burst.group} class="burst" aria-label={burst.group}>
          {burst.frames.map((frame, i) => (
            <li key={frame.url}>
              <img src={frame.url} alt="" />
              <button type="button" class="icon" aria-label={t.camera.drop(i + 1)} title={t.camera.drop(i + 1)} onClick={() => drop(burst, frame)}>
                <Sign of="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      ))}
    </div>
  );
}

const forget = (frames: readonly Frame[]) => frames.forEach((frame) => URL.revokeObjectURL(frame.url));

/** A name that no other burst of this project has: the moment at which it began. */
const groupName = (): string => `burst ${new Date().toISOString().replace("T", " ").slice(0, 23)}`;
