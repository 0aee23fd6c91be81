/** The ways by which pictures come in, besides dropping them: files, a folder, the machine, the camera. */

import { useRef, useState } from "preact/hooks";
import { call } from "../client";
import { Dialog } from "../parts/dialog";
import { Sign } from "../parts/sign";
import type { Studio } from "../studio";
import { t } from "../texts";
import { chosen } from "./dropped";
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

/** A folder of this machine: its pictures stay where they are. */
function MachineFolder({ studio, kind, close }: { studio: Studio; kind: number | null; close: () => void }) {
  const [path, setPath] = useState("");
  const [trouble, setTrouble] = useState("");
  const send = async () => {
    try {
      await call("POST /api/folder", { body: { path: path.trim(), kind } });
      close();
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  return (
    <Dialog title={t.gather.machineTitle} close={close} class="small">
      <form class="prompt" onSubmit={(event) => { event.preventDefault(); if (path.trim()) void send(); }}>
        <p class="quiet">{kind === null ? t.gather.machineWhy : t.gather.machineOne(studio.kindName(kind))}</p>
        <label for="machine-path">{t.gather.path}</label>
        <input id="machine-path" type="text" value={path} autoFocus spellcheck={false} autocomplete="off" placeholder="/home/…/pictures" onInput={(event) => setPath(event.currentTarget.value)} />
        {trouble && <p class="warning" role="alert"><Sign of="warn" /> {trouble}</p>}
        <div class="actions end">
          <button type="button" onClick={close}>{t.words.cancel}</button>
          <button type="submit" class="primary" disabled={!path.trim()}>{t.gather.addThem}</button>
        </div>
      </form>
    </Dialog>
  );
}
