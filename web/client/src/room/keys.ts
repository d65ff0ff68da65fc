import { onMounted, onUnmounted, ref } from "vue";

/** Single-letter keys can be switched off by whoever is disturbed by them. */
export const lettersOn = ref(localStorage.getItem("room.keys") !== "off");

export function setLetters(on: boolean): void {
  lettersOn.value = on;
  localStorage.setItem("room.keys", on ? "on" : "off");
}

/** Whether a single key may act: nothing that takes keys has the focus, and no input method is composing. */
export function isFree(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return false;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return true;
  if (document.querySelector("dialog[open]")) return false;
  return !target.closest("input, textarea, select, button, a, summary, [contenteditable], [role=tab]");
}

/** Keys by name: `h`, `Shift+M`, `ArrowLeft`, `Space`, `?`. A handler that returns false lets the key through. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => unknown>, up: Record<string, () => void> = {}): void {
  const named = (event: KeyboardEvent) =>
    event.code === "Space" ? "Space" : event.key.length === 1 && event.shiftKey && /[a-z]/i.test(event.key)
      ? `Shift+${event.key.toUpperCase()}`
      : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  function down(event: KeyboardEvent): void {
    if (!lettersOn.value && event.key.length === 1 && event.key !== "?") return;
    const act = keys[named(event)];
    if (!act || event.repeat || !isFree(event)) return;
    if (act(event) !== false) event.preventDefault();
  }
  const released = (event: KeyboardEvent) => up[named(event)]?.();
  onMounted(() => {
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", released);
  });
  onUnmounted(() => {
    window.removeEventListener("keydown", down);
    window.removeEventListener("keyup", released);
  });
}
