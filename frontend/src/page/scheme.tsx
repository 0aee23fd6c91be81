/** Light, dark, or as the system says. */

import type { Model, Wish } from "./model";
import { Sign } from "./stage";

const NEXT: Readonly<Record<Wish, Wish>> = { system: "light", light: "dark", dark: "system" };
const WORDS: Readonly<Record<Wish, string>> = { system: "as the system", light: "light", dark: "dark" };

const MOON = "M13 9.5A5.5 5.5 0 1 1 6.5 3a4.300 4.300 0 0 0 6.5 6.5z";
const SUN =
  "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1" +
  "M3.400 3.400l.7.7M11.900 11.900l.7.7M12.600 3.400l-.7.7M4.100 11.900l-.7.7";

export function SchemeButton({ model, icon = false }: { model: Model; icon?: boolean }) {
  const words = `Colours of the page: ${WORDS[model.wish]}`;
  const act = () => model.setWish(NEXT[model.wish]);
  if (!icon) {
    return (
      <button type="button" class="scheme" onClick={act}>
        {words}
      </button>
    );
  }
  return (
    <button type="button" class="icon scheme" aria-label={words} title={words} onClick={act}>
      <Sign path={model.scheme === "dark" ? MOON : SUN} />
    </button>
  );
}
