/** The head of a screen, to which the focus goes when it opens. */

import type { ComponentChildren } from "preact";
import { Sign } from "./sign";

interface Given {
  words: string;
  below?: ComponentChildren;
  back?: { href: string; words: string };
  children?: ComponentChildren;
}

export function Title({ words, below, back, children }: Given) {
  return (
    <header class="screen-head">
      {back && (
        <a class="back" href={back.href}>
          <Sign of="back" size={15} /> {back.words}
        </a>
      )}
      <div class="screen-words">
        <h1 id="screen-title" tabIndex={-1}>{words}</h1>
        {below && <p class="lead">{below}</p>}
      </div>
      {children}
    </header>
  );
}
