import { onUnmounted, watch, type ComputedRef } from "vue";
import { request } from "@/api";
import type { OwnState } from "@/media/own";
import type { Stills } from "@/media/still";
import type { Room } from "./room";

/** What the pictures use of the page's media. */
interface Place {
  /** Whether this window carries the media of its site. */
  carries: ComputedRef<boolean>;
  state: OwnState;
  /** The picture that is sent already. */
  sent: () => MediaStreamTrack | null;
  /** The line carries pictures at all. */
  room: () => boolean;
}

/** The camera does not open: asking again would not help. */
const NO_CAMERA = new Set(["NotAllowedError", "NotFoundError", "NotReadableError", "SecurityError"]);

/** Send a small picture of this place now and then, while somebody's wall shows it; one on its way at a time. */
export function useStills(room: Room, place: Place): void {
  let every = 0;
  let timer = 0;
  let stills: Stills | null = null;
  let sending = false;
  let gone = false;

  async function send(): Promise<void> {
    if (sending || !place.carries.value || !place.room()) return;
    sending = true;
    try {
      const { Stills } = await import("@/media/still");
      stills ??= new Stills();
      const picture = await stills.take(place.sent());
      if (gone || !every) return stills.stop();
      if (!picture) return;
      const as = new URLSearchParams(location.search).get("as") === "room" ? "?as=room" : "";
      await request("PUT", `/api/pictures/${room.meeting}/${room.mine.value?.site ?? ""}${as}`, picture);
      place.state.pictured = true;
    } catch (problem) {
      if (problem instanceof DOMException && NO_CAMERA.has(problem.name)) halt(); // anything else: the next one tries again
    } finally {
      sending = false;
    }
  }

  function halt(): void {
    clearTimeout(timer);
    every = 0;
    place.state.pictured = false;
    stills?.stop();
  }

  function next(wait: number): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      void send();
      if (every) next(every);
    }, wait);
  }

  const stop = room.onSignal("picture.wanted", ({ every: asked }) => {
    const first = !every;
    every = Math.max(0, Number(asked) || 0);
    if (!every) halt();
    else if (first) next(Math.random() * 1000); // sites are asked together and answer one after another
  });
  watch(place.carries, (now) => !now && stills?.stop());
  onUnmounted(() => {
    gone = true;
    stop();
    halt();
  });
}
