/** A folder of this machine, found by looking through folders or by typing its path; its pictures stay. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { FoldersMessage } from "../api";
import { call } from "../client";
import { Dialog } from "../parts/dialog";
import { Sign } from "../parts/sign";
import type { Studio } from "../studio";
import { t } from "../texts";

export function MachineFolder({ studio, kind, close }: { studio: Studio; kind: number | null; close: () => void }) {
  const [path, setPath] = useState("");
  const [here, setHere] = useState<FoldersMessage | null>(null);
  const [trouble, setTrouble] = useState("");
  const asked = useRef(0); // what was typed or asked since makes an answer late
  const field = useRef<HTMLInputElement>(null);
  const filled = useRef(false);
  const look = async (wanted?: string) => {
    const mine = ++asked.current;
    try {
      const found = await call("GET /api/folders", { query: wanted === undefined ? {} : { path: wanted } });
      setHere(found);
      if (mine !== asked.current) return;
      setPath(found.path);
      filled.current = true;
      setTrouble("");
    } catch (error) {
      if (mine === asked.current) setTrouble((error as Error).message);
    }
  };
  const type = (text: string) => {
    asked.current += 1;
    setPath(text);
  };
  const send = async () => {
    try {
      await call("POST /api/folder", { body: { path: path.trim(), kind } });
      close();
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  useEffect(() => void look(), []);
  // A path that the page wrote is selected, so that typing replaces it instead of going on from it.
  useLayoutEffect(() => {
    if (filled.current && field.current === document.activeElement) field.current?.select();
    filled.current = false;
  });
  return (
    <Dialog title={t.gather.machineTitle} close={close}>
      <form class="prompt" onSubmit={(event) => { event.preventDefault(); if (path.trim()) void send(); }}>
        <p class="quiet">{kind === null ? t.gather.machineWhy : t.gather.machineOne(studio.kindName(kind))}</p>
        <label for="machine-path">{t.gather.path}</label>
        <input
          id="machine-path"
          ref={field}
          type="text"
          value={path}
          autoFocus
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => type(event.currentTarget.value)}
          onChange={(event) => void look(event.currentTarget.value.trim())}
        />
        {here && <Folders here={here} look={(wanted) => void look(wanted)} />}
        {trouble && <p class="warning" role="alert"><Sign of="warn" /> <span lang={t.told(trouble).lang}>{t.told(trouble).text}</span></p>}
        <div class="actions end">
          <button type="button" onClick={close}>{t.words.cancel}</button>
          <button type="submit" class="primary" disabled={!path.trim()}>{t.gather.addThem}</button>
        </div>
      </form>
    </Dialog>
  );
}

function Folders({ here, look }: { here: FoldersMessage; look: (path: string) => void }) {
  return (
    <div class="folders">
      <p class="quiet" role="status">{t.gather.inFolder(here.folders.length + here.leftOut, here.pictures)}</p>
      <ul aria-label={t.gather.folders}>
        {here.parent !== null && (
          <li>
            <button type="button" onClick={() => look(here.parent!)}><Sign of="back" /> {t.gather.up}</button>
          </li>
        )}
        {here.folders.map((one) => (
          <li key={one.path}>
            <button type="button" onClick={() => look(one.path)}><Sign of="folder" /> {one.name}</button>
          </li>
        ))}
        {here.leftOut > 0 && <li class="quiet">{t.words.andMore(here.leftOut)}</li>}
      </ul>
    </div>
  );
}
