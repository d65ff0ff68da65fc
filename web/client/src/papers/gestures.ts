import { onMounted, onUnmounted, type Ref } from "vue";

/** How far a finger goes sideways before it turns a page, in CSS pixels. */
const SWIPE = 50;

interface Gestures {
  /** A swipe: +1 forward, -1 back. */
  turn: (by: number) => void;
  /** The fingers moved: the factor since they came down; `done` when they left. */
  pinch: (factor: number, done: boolean) => void;
}

const spread = (touches: TouchList) => {
  const [a, b] = [touches[0], touches[1]];
  return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
};

/** Swipe turns a page that does not scroll sideways, two fingers zoom, and so does the wheel with Ctrl. */
export function useGestures(element: Ref<HTMLElement | undefined>, act: Gestures): void {
  let from: { x: number; y: number } | null = null;
  let apart = 0;
  let factor = 1;
  let wheeling = 0;

  function start(event: TouchEvent): void {
    const one = event.touches[0];
    const wide = element.value && element.value.scrollWidth > element.value.clientWidth + 1;
    from = event.touches.length === 1 && one && !wide ? { x: one.clientX, y: one.clientY } : null;
    if (event.touches.length === 2) [apart, factor] = [spread(event.touches), 1];
  }
  function move(event: TouchEvent): void {
    if (event.touches.length !== 2 || !apart) return;
    event.preventDefault();
    factor = spread(event.touches) / apart;
    act.pinch(factor, false);
  }
  function end(event: TouchEvent): void {
    if (apart && event.touches.length < 2) {
      apart = 0;
      act.pinch(factor, true);
    }
    const last = event.changedTouches[0];
    if (!from || !last || event.touches.length) return;
    const [x, y] = [last.clientX - from.x, last.clientY - from.y];
    from = null;
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) act.turn(x < 0 ? 1 : -1);
  }
  function wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    factor = (wheeling ? factor : 1) * Math.exp(-event.deltaY / 300);
    act.pinch(factor, false);
    clearTimeout(wheeling);
    wheeling = window.setTimeout(() => {
      wheeling = 0;
      act.pinch(factor, true);
    }, 150);
  }
  onMounted(() => {
    element.value?.addEventListener("touchstart", start, { passive: true });
    element.value?.addEventListener("touchmove", move, { passive: false });
    element.value?.addEventListener("touchend", end);
    element.value?.addEventListener("wheel", wheel, { passive: false });
  });
  onUnmounted(() => clearTimeout(wheeling)); // the listeners go with their element
}
