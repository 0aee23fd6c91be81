/** The page: a head, the map or the list, a menu beside it and what has been picked. */

import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { About } from "./about";
import { Arrange } from "./arrange";
import { Colour } from "./colour";
import { FilterPart } from "./filter";
import { Help } from "./help";
import { List } from "./list";
import type { Model } from "./model";
import { Picture } from "./picture";
import { Places } from "./places";
import { SchemeButton } from "./scheme";
import { SearchBox } from "./searchbox";
import { Selection } from "./selection";
import { Sign, Stage } from "./stage";
import { pictures } from "./words";

export function App({ model }: { model: Model }) {
  const [, draw] = useReducer((n: number, _: void) => n + 1, 0);
  useEffect(() => model.on(() => draw()), [model]);
  useKeys(model);
  const side = useRef<HTMLElement>(null);
  const menu = useRef<HTMLElement>(null);
  const picked = model.current !== null || model.chosen.length > 0;
  useInsets(model, menu, side, picked);
  return (
    <div class={model.list ? "page listing" : "page"} data-menu={model.menu} data-picked={picked}>
      <Head model={model} />
      <main>
        <Stage model={model} />
        {model.list && <List model={model} />}
        {model.empty && !model.list && <p class="nothing">There is no picture in this collection.</p>}
      </main>
      {model.menu && (
        <aside class="menu" ref={menu} aria-label="Arrange, colour and filter">
          {!model.empty && !model.list && <Arrange model={model} />}
          {!model.empty && <Colour model={model} />}
          {!model.empty && <FilterPart model={model} />}
          {!model.list && <Places model={model} />}
          <About model={model} />
        </aside>
      )}
      {picked && (
        <aside class="side" ref={side} aria-label={model.current === null ? "Chosen pictures" : "Picture"}>
          <button
            type="button"
            class="close"
            aria-label="Close"
            title="Close (Escape)"
            onClick={() => (model.current === null ? model.choose([]) : void model.select(null))}
          >
            <Sign path="M4 4l8 8M12 4l-8 8" />
          </button>
          {model.current === null ? <Selection model={model} /> : <Picture model={model} index={model.current} />}
        </aside>
      )}
      {model.help && <Help model={model} />}
      <p class="spoken" role="status" aria-live="polite">{model.said}</p>
    </div>
  );
}

function Head({ model }: { model: Model }) {
  return (
    <header class="head">
      <button
        type="button"
        class="skip"
        onClick={() => {
          model.showList(true);
          requestAnimationFrame(() => document.getElementById("list-title")?.focus());
        }}
      >
        Skip to the list
      </button>
      <button
        type="button"
        class="icon"
        aria-label="Menu"
        title="Menu"
        aria-expanded={model.menu}
        onClick={() => model.set({ menu: !model.menu })}
      >
        <Sign path="M2.5 4h11M2.5 8h11M2.5 12h7" />
      </button>
      <h1>
        <bdi>{model.manifest.title}</bdi> <small>{pictures(model.manifest.count)}</small>
      </h1>
      <SearchBox model={model} />
      <div class="faces" role="group" aria-label="View">
        <button type="button" aria-pressed={!model.list} disabled={model.trouble !== ""} onClick={() => model.showList(false)}>
          Map
        </button>
        <button type="button" aria-pressed={model.list} onClick={() => model.showList(true)}>
          List
        </button>
      </div>
      <SchemeButton model={model} icon />
      <button type="button" class="icon" aria-label="Help" title="Help (?)" onClick={() => model.set({ help: true })}>
        <Sign path="M5.700 6a2.300 2.300 0 1 1 3.400 2c-.8.5-1.100.9-1.100 1.700M8 12.400v.1" />
      </button>
    </header>
  );
}

/** Keys that work wherever one is, except while one writes. */
function useKeys(model: Model): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const writing = target.matches("input, select, textarea");
      if (event.ctrlKey || event.metaKey || event.altKey || (writing && event.key !== "Escape")) return;
      const act = ACTS[event.key];
      if (act) act(model, event);
      else if (/^[1-9]$/.test(event.key)) {
        const neighbour = model.neighbours[Number(event.key) - 1];
        if (neighbour !== undefined) void model.select(neighbour, { fly: !model.list });
      }
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [model]);
}

const ACTS: Readonly<Record<string, (model: Model, event: KeyboardEvent) => void>> = {
  "/": (_, event) => {
    event.preventDefault();
    document.getElementById("search")?.focus();
  },
  "?": (model) => model.set({ help: !model.help }),
  n: (model) => model.walk(),
  b: (model) => model.back(),
  l: (model) => model.setMode(model.mode === "lasso" ? "pan" : "lasso"),
  t: (model) => model.showList(!model.list),
  Escape: (model) => {
    if (model.help) model.set({ help: false });
    else if (model.mode === "lasso") model.setMode("pan");
    else if (model.current !== null) void model.select(null);
    else if (model.chosen.length) model.choose([]);
  },
};

/** Tells the map which of its edges the panels cover. */
function useInsets(
  model: Model,
  menu: { current: HTMLElement | null },
  side: { current: HTMLElement | null },
  picked: boolean,
): void {
  // Before the next frame, in which the map may fly to where there is room.
  useLayoutEffect(() => {
    const tell = () => {
      const head = document.querySelector(".head")?.getBoundingClientRect().height ?? 0;
      const narrow = matchMedia("(max-width: 47.99rem)").matches;
      const left = menu.current?.getBoundingClientRect();
      const right = side.current?.getBoundingClientRect();
      const bottom = Math.max(left && narrow ? innerHeight - left.top : 0, right && narrow ? innerHeight - right.top : 0);
      model.setInsets({
        top: head,
        left: left && !narrow ? left.right : 0,
        right: right && !narrow ? innerWidth - right.left : 0,
        bottom: Math.min(bottom, innerHeight * 0.6),
      });
    };
    tell();
    addEventListener("resize", tell);
    return () => removeEventListener("resize", tell);
  }, [model, model.menu, picked, model.list, model.map]);
}
