/**
 * Play an element. `refused` is called only where the browser wants somebody to press first: a play() that was cut off
 * by another stream, or by an element that went away, is no refusal.
 */
export function play(element: HTMLMediaElement, refused: () => void): void {
  element.play().catch((problem: unknown) => problem instanceof DOMException && problem.name === "NotAllowedError" && refused());
}

/** Call `pressed` at the next press anywhere in the page, by pointer or key; returns how to stop waiting. */
export function onPress(pressed: () => void): () => void {
  const waiting = new AbortController();
  const once = () => {
    waiting.abort();
    pressed();
  };
  for (const kind of ["pointerup", "keyup"]) window.addEventListener(kind, once, { capture: true, signal: waiting.signal });
  return () => waiting.abort();
}
