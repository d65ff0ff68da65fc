import { choice } from "./devices";

/** Play an element's sound on the loudspeaker chosen on this device, now and whenever another one is chosen. */
export function followSpeaker(element: HTMLMediaElement): () => void {
  function apply(): void {
    const { speaker } = choice();
    if (element.setSinkId && element.sinkId !== speaker) void element.setSinkId(speaker).catch(() => null); // unplugged: the usual one plays
  }
  const changed = () => apply();
  window.addEventListener("storage", changed);
  window.addEventListener("devices", changed);
  apply();
  return () => {
    window.removeEventListener("storage", changed);
    window.removeEventListener("devices", changed);
  };
}
