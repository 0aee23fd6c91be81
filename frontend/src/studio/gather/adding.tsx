/** The ways by which pictures come in, besides dropping them: files, a folder, the machine, the camera. */

import { useRef } from "preact/hooks";
import { Sign } from "../parts/sign";
import type { Studio } from "../studio";
import { t } from "../texts";
import { chosen } from "./dropped";
import { MachineFolder } from "./machine";
import { Recorder } from "./recorder";

export interface Adding {
  way: "machine" | "camera";
  /** For which kind; null lets the folders say. */
  kind: number | null;
}

interface Given {
  studio: Studio;
  kind: number | null;
  add: (adding: Adding) => void;
}

export function AddButtons({ studio, kind, add }: Given) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    const list = [...(input.files ?? [])];
    input.value = "";
    if (list.length) void studio.uploads.take(chosen(list), kind);
  };
  return (
    <div class="actions add" role="group" aria-label={t.gather.add}>
      <button type="button" onClick={() => files.current?.click()}>
        <Sign of="file" /> {t.gather.files}
      </button>
      <button type="button" onClick={() => folder.current?.click()}>
        <Sign of="folder" /> {t.gather.folder}
      </button>
      <button type="button" onClick={() => add({ way: "machine", kind })}>
        <Sign of="folder" /> {t.gather.machine}
      </button>
      <button type="button" onClick={() => add({ way: "camera", kind })}>
        <Sign of="camera" /> {t.gather.camera}
      </button>
      <input ref={files} type="file" hidden multiple accept="image/*,.zip,.tm" onChange={(event) => take(event.currentTarget)} />
      <input ref={directory(folder)} type="file" hidden multiple onChange={(event) => take(event.currentTarget)} />
    </div>
  );
}

/** TypeScript's DOM knows the attribute only under this name, and JSX not at all. */
function directory(ref: { current: HTMLInputElement | null }): (input: HTMLInputElement | null) => void {
  return (input) => {
    ref.current = input;
    if (input) input.webkitdirectory = true;
  };
}

export function AddDialogs({ studio, adding, close }: { studio: Studio; adding: Adding; close: () => void }) {
  if (adding.way === "camera") return <Recorder studio={studio} kind={adding.kind} close={close} />;
  return <MachineFolder studio={studio} kind={adding.kind} close={close} />;
}
