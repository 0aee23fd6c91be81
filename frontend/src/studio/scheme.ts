/** Light, dark, or as the system says. */

export type Wish = "system" | "light" | "dark";

const DARK = matchMedia("(prefers-color-scheme: dark)");
const KEPT = "sortal-scheme";
const WISHES: readonly Wish[] = ["system", "light", "dark"];

let wish: Wish = "system";

export function startScheme(): void {
  try {
    const kept = localStorage.getItem(KEPT) as Wish | null;
    if (kept && WISHES.includes(kept)) wish = kept;
  } catch {
    // A browser that keeps nothing follows the system.
  }
  DARK.addEventListener("change", dress);
  dress();
}

export const schemeWish = (): Wish => wish;

export function setScheme(wanted: Wish): void {
  wish = wanted;
  try {
    localStorage.setItem(KEPT, wanted);
  } catch {
    // see above
  }
  dress();
}

function dress(): void {
  document.documentElement.dataset.scheme = wish === "system" ? (DARK.matches ? "dark" : "light") : wish;
}
