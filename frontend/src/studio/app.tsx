/** The frame around the screens: where one is, what is at work, what was done and how to take it back. */

import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { History } from "./history";
import { Sign } from "./parts/sign";
import { Words } from "./parts/words";
import { SCREENS } from "./screens";
import { Settings } from "./settings";
import type { Notice, Studio } from "./studio";
import { t } from "./texts";
import { WorkStrip } from "./workstrip";

export function App({ studio }: { studio: Studio }) {
  const [, draw] = useReducer((n: number, _: void) => n + 1, 0);
  const [open, setOpen] = useState<"history" | "settings" | null>(null);
  useEffect(() => studio.on(() => draw()), [studio]);
  useUndoKeys(studio);
  useFocusOnMove(studio);
  const { View } = SCREENS.find((one) => one.id === studio.screen) ?? SCREENS[0];
  return (
    <div class="page">
      <a class="skip" href="#screen" onClick={(event) => { event.preventDefault(); document.getElementById("screen-title")?.focus(); }}>
        {t.shell.skip}
      </a>
      <Head studio={studio} open={setOpen} />
      <Steps studio={studio} />
      <WorkStrip studio={studio} />
      <main id="screen" key={studio.screen} class={`screen ${studio.screen}`}>
        {studio.connection !== "open" && <p class="warning away" role="alert"><Sign of="warn" /> <Words text={t.connection[studio.connection]} /></p>}
        {studio.project ? <View studio={studio} /> : studio.connection === "open" && <p class="quiet">{t.words.loading}</p>}
      </main>
      <Notices studio={studio} />
      {open === "history" && <History studio={studio} close={() => setOpen(null)} />}
      {open === "settings" && <Settings studio={studio} close={() => setOpen(null)} />}
      <p class="spoken" role="status">{studio.said}</p>
    </div>
  );
}

function Head({ studio, open }: { studio: Studio; open: (what: "history" | "settings") => void }) {
  const { project } = studio;
  return (
    <header class="head">
      <svg class="logo" viewBox="0 0 16 16" width="26" height="26" aria-hidden="true">
        <circle cx="4" cy="5" r="2.4" />
        <circle cx="11" cy="4" r="1.8" />
        <circle cx="8.500" cy="10.500" r="3.100" />
      </svg>
      <p class="project" title={project?.folder}>
        <bdi>{project?.name ?? "Sortal"}</bdi>
      </p>
      <div class="head-deeds">
        <Tool sign="undo" word={t.history.undo} what={project?.canUndo} act={() => void studio.undo()} />
        <Tool sign="redo" word={t.history.redo} what={project?.canRedo} act={() => void studio.redo()} />
        <button type="button" class="icon" aria-label={t.history.title} title={t.history.title} onClick={() => open("history")}>
          <Sign of="history" />
        </button>
        <button type="button" class="icon" aria-label={t.settings.title} title={t.settings.title} onClick={() => open("settings")}>
          <Sign of="settings" />
        </button>
      </div>
    </header>
  );
}

function Tool({ sign, word, what, act }: { sign: "undo" | "redo"; word: string; what: string | null | undefined; act: () => void }) {
  return (
    <button type="button" class="icon" aria-label={word} title={what ? `${word}: ${t.told(what).text}` : word} disabled={!what} onClick={act}>
      <Sign of={sign} />
    </button>
  );
}

function Steps({ studio }: { studio: Studio }) {
  return (
    <nav class="steps" aria-label={t.shell.steps}>
      <ol>
        {SCREENS.map(({ id, sign }) => (
          <li key={id}>
            <a href={`#${id}`} aria-current={studio.screen === id ? "page" : undefined}>
              <Sign of={sign} />
              <span>{t.screens[id]}</span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Notices({ studio }: { studio: Studio }) {
  return (
    <div class="notices">
      <div role="status">
        {studio.notices.filter((one) => one.tone === "done").map((one) => <Told key={one.id} studio={studio} notice={one} />)}
      </div>
      <div role="alert">
        {studio.notices.filter((one) => one.tone === "wrong").map((one) => <Told key={one.id} studio={studio} notice={one} />)}
      </div>
    </div>
  );
}

function Told({ studio, notice }: { studio: Studio; notice: Notice }) {
  const { text, lang } = t.told(notice.text);
  return (
    <div class={`notice ${notice.tone}`}>
      <Sign of={notice.tone === "done" ? "check" : "warn"} />
      <p lang={notice.tone === "wrong" ? lang : undefined}>{text}</p>
      {notice.undo && (
        <button type="button" class="plain" onClick={() => { studio.dismiss(notice.id); void studio.undo(); }}>
          {t.history.undo}
        </button>
      )}
      <button type="button" class="icon" aria-label={t.words.dismiss} onClick={() => studio.dismiss(notice.id)}>
        <Sign of="close" size={14} />
      </button>
    </div>
  );
}

/** Ctrl-Z and Ctrl-Shift-Z, except while one writes. */
function useUndoKeys(studio: Studio): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const writing = (event.target as HTMLElement).matches("input, textarea, select");
      if (writing || !(event.ctrlKey || event.metaKey)) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      void (key === "y" || event.shiftKey ? studio.redo() : studio.undo());
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [studio]);
}

/** A new screen is read from its title on, as a new page would be. */
function useFocusOnMove(studio: Studio): void {
  const first = useRef(true);
  // Elsewhere a place is chosen from a list, which keeps the focus.
  const place = studio.screen === "gather" ? studio.place : "";
  useEffect(() => {
    if (!first.current) {
      scrollTo({ top: 0 });
      document.getElementById("screen-title")?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [studio.screen, place]);
}
