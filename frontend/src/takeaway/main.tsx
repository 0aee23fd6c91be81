/** The page that goes with a model: everything in it runs in the browser. */

import { render } from "preact";
import { startScheme } from "../studio/scheme";
import { App } from "./app";
import { setLanguage, usualLanguage } from "./texts";
import "./takeaway.css";

const root = document.getElementById("app");
// A page opened straight from disk may read no other file; index.html says what to do.
if (root && location.protocol !== "file:") {
  document.getElementById("disk")?.remove();
  startScheme();
  setLanguage(usualLanguage());
  render(<App />, root);
}
