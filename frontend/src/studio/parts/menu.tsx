/** A button that opens a short list of deeds. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Given {
  label: string;
  children: ComponentChildren;
  face: ComponentChildren;
  class?: string;
}

export function Menu({ label, face, children, class: name = "" }: Given) {
  const box = useRef<HTMLDetailsElement>(null);
  const shut = () => {
    if (box.current) box.current.open = false;
  };
  useEffect(() => {
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) shut();
    };
    addEventListener("pointerdown", outside);
    addEventListener("focusin", outside);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("focusin", outside);
    };
  }, []);
  return (
    <details
      ref={box}
      class={`menu ${name}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !box.current?.open) return;
        event.stopPropagation();
        shut();
        box.current.querySelector("summary")?.focus();
      }}
    >
      <summary aria-label={label} title={label} class="button">
        {face}
      </summary>
      <div class="menu-items" onClick={shut}>
        {children}
      </div>
    </details>
  );
}
