/** The camera's live picture, with the choice of the camera and its troubles in words. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../texts";
import { cameras, type Camera } from "./camera";
import { Sign } from "./sign";

interface Given {
  camera: Camera;
  started?: () => void;
  children?: ComponentChildren;
}

export function Viewfinder({ camera, started, children }: Given) {
  const place = useRef<HTMLDivElement>(null);
  const [trouble, setTrouble] = useState("");
  const [all, setAll] = useState<readonly MediaDeviceInfo[]>([]);
  const start = async (device?: string) => {
    try {
      await camera.start(device);
      setTrouble("");
      setAll(await cameras());
      started?.();
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  useEffect(() => {
    camera.video.setAttribute("aria-label", t.camera.live);
    place.current?.prepend(camera.video);
    void start();
    return () => camera.stop();
  }, [camera]);
  return (
    <div class="viewfinder">
      <div class="viewfinder-picture" ref={place}>
        {children}
        {trouble && (
          <div class="viewfinder-trouble" role="alert">
            <p><Sign of="warn" /> {trouble}</p>
            <button type="button" onClick={() => void start()}>{t.camera.again}</button>
          </div>
        )}
      </div>
      {all.length > 1 && (
        <label class="camera-choice">
          <span>{t.camera.which}</span>
          <select value={camera.device} onChange={(event) => void start(event.currentTarget.value)}>
            {all.map((one, i) => (
              <option key={one.deviceId} value={one.deviceId}>
                {one.label || t.camera.numbered(i + 1)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
