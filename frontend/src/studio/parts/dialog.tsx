/** A dialog over the page: the browser's own, so that focus and Escape behave as people know them. */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../texts";
import { Sign } from "./sign";

interface Given {
  title: string;
  close: () => void;
  children: ComponentChildren;
  class?: string;
  onKey?: (event: KeyboardEvent) => void;
}

export function Dialog({ title, close, children, class: name = "", onKey }: Given) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key comes: an effect after painting would leave the first letters of a name
  // to the list behind, where they are commands.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus?.();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={name}
      aria-labelledby={id}
      onClose={close}
      onKeyDown={(event) => onKey?.(event)}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="dialog-inner">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon" aria-label={t.words.close} title={t.words.close} onClick={close}>
            <Sign of="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
