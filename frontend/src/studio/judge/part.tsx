/** A part of the judgement: a heading, a line on how to read it, and what it shows. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Given {
  title: string;
  how?: string;
  children: ComponentChildren;
  class?: string;
}

export function Part({ title, how, children, class: name = "" }: Given) {
  const id = useId();
  return (
    <section class={`part ${name}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {how && <p class="quiet">{how}</p>}
      </header>
      {children}
    </section>
  );
}
