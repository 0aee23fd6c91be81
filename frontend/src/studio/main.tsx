/** The studio's page. */

import { render } from "preact";
import { App } from "./app";
import { startScheme } from "./scheme";
import { Studio } from "./studio";
import { setLanguage, usualLanguage } from "./texts";
import "./studio.css";

const root = document.getElementById("app");
if (root) {
  startScheme();
  setLanguage(usualLanguage());
  const studio = new Studio();
  render(<App studio={studio} />, root);
  void studio.start();
}
