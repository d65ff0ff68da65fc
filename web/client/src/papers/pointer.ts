import { onUnmounted, ref, type Ref } from "vue";
import type { Room } from "@/room/room";
import type { Spot } from "./PaperViewer.vue";

/** At most this often the presenter's pointer is sent, and this long it stays where it was seen last, in ms. */
const EVERY = 80;
const STAYS = 3000;

/** The presenter's pointer: where it is on the page, and how one's own is sent. */
export function usePointer(room: Room): { spot: Ref<Spot | null>; point: (spot: Spot) => void } {
  const spot = ref<Spot | null>(null);
  let next: Spot | null = null;
  let sending = 0;
  let fading = 0;

  function show(at: Spot): void {
    spot.value = at;
    clearTimeout(fading);
    fading = window.setTimeout(() => (spot.value = null), STAYS);
  }
  function send(): void {
    const at = next;
    next = null;
    sending = at ? window.setTimeout(send, EVERY) : 0;
    if (at) void room.signal("pointer", at).catch(() => null); // one that is lost is followed by the next
  }
  const stop = room.onSignal("pointer", (at) => {
    if (typeof at.x === "number" && typeof at.y === "number") show({ x: at.x, y: at.y });
  });
  onUnmounted(() => {
    stop();
    clearTimeout(sending);
    clearTimeout(fading);
  });
  return {
    spot,
    point(at) {
      show(at);
      next = at;
      if (!sending) send();
    },
  };
}
