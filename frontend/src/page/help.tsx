/** What hands and keys do. */

import { useEffect, useRef } from "preact/hooks";
import type { Model } from "./model";

const ROWS: readonly (readonly [string, string])[] = [
  ["Drag, one finger, arrow keys", "move"],
  ["Wheel, pinch, + and −", "nearer and farther"],
  ["0", "the whole map"],
  ["Press a picture, Enter", "open it (Enter: the one in the middle)"],
  ["1 to 9", "go to that neighbour"],
  ["n, b", "walk on to the nearest neighbour, and back"],
  ["Shift and drag, or l", "draw around pictures to choose them"],
  ["/", "search"],
  ["t", "map or list"],
  ["Escape", "close"],
];

export function Help({ model }: { model: Model }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="help" onClose={() => model.set({ help: false })}>
      <h2 id="help">Finding your way</h2>
      <p>
        Each dot is a picture; pictures that look alike lie together. Come nearer and dots become
        thumbnails, nearer still and they become the pictures themselves.
      </p>
      <dl class="keys">
        {ROWS.map(([hand, act]) => (
          <>
            <dt>{hand}</dt>
            <dd>{act}</dd>
          </>
        ))}
      </dl>
      <p>The address of this page holds what you see: send it, and another person sees the same.</p>
      <form method="dialog">
        <button type="button" onClick={() => dialog.current?.close()}>Close</button>
      </form>
    </dialog>
  );
}
