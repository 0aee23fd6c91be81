import "./app.css";
import { ScriptSource } from "../data/scripts";
import { MapView } from "../map/view";
const el = document.getElementById("app")!;
el.style.cssText = "position:fixed;inset:0";
const view = new MapView(el, new ScriptSource());
(globalThis as any).view = view;
const palette = new Uint8Array(1024);
for (let i = 0; i < 256; i++) palette.set([40 + i * 40 % 200, 100 + i*70%140, 120 + i*90%130, 230], i * 4);
void view.open().then(async (m) => {
  const shades = new Uint8Array(m.count);
  view.setColour({ shades, palette, frames: true });
});
