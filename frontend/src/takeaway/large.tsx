/** One picture large: with its heat, as the network took it, and its bars. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Asking } from "./asking";
import { Answer } from "./bars";
import type { Card } from "./card";
import { drawHeat, drawSquare } from "./heat";
import type { Picture } from "./pictures";
import { t } from "./texts";

interface Given {
  readonly asking: Asking;
  readonly card: Card;
  readonly picture: Picture;
  readonly close: () => void;
}

export function Large({ asking, card, picture, close }: Given) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heat = useRef<HTMLCanvasElement>(null);
  const square = useRef<HTMLCanvasElement>(null);
  const [address, setAddress] = useState("");

  useEffect(() => {
    const url = URL.createObjectURL(picture.file);
    setAddress(url);
    dialog.current?.showModal();
    let going = true;
    void asking.file(picture.file, true).then((answered) => {
      if (!going || !heat.current || !square.current) return;
      drawHeat(heat.current, answered, card);
      drawSquare(square.current, answered, card.size);
    });
    return () => {
      going = false;
      URL.revokeObjectURL(url);
    };
  }, [picture]);

  return (
    <dialog ref={dialog} aria-labelledby="large" onClose={close}>
      <header>
        <h2 id="large">{picture.name}</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          {t.large.close}
        </button>
      </header>
      <div class="pair">
        <figure>
          <div class="view">
            {address && <img src={address} alt={t.answer.picture} />}
            <canvas ref={heat} aria-hidden="true" />
          </div>
          {card.trunk.grid > 0 && <figcaption class="quiet">{t.answer.heated}</figcaption>}
        </figure>
        <div>
          <Answer card={card} verdict={picture.verdict!} />
          <figure class="square">
            <canvas ref={square} role="img" aria-label={t.answer.square} />
            <figcaption class="quiet">{t.answer.square}</figcaption>
          </figure>
        </div>
      </div>
    </dialog>
  );
}
