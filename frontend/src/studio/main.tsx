/** The studio's page. */

import { render } from "preact";
import "./studio.css";

const root = document.getElementById("app");
if (root) render(<h1>Sortal studio</h1>, root);
