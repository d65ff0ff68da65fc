import { inject, onUnmounted, provide, shallowReactive, type InjectionKey } from "vue";
import { sentence } from "@/api";
import { useToasts } from "@/components/toasts";
import type { Room } from "./room";
import type { Slot } from "./sections";

/** What a page hears and sees, and what it sends. The negotiation is `src/media/room.ts` (`MediaModule`). */
export interface Media {
  slots: Record<Slot, MediaStream | null>;
  /** Open camera and microphone for sending, if not open yet. False where it could not (it was said why). */
  prepare: () => Promise<boolean>;
  /** Keeps the element that plays the `floor` slot's sound. */
  playAudio: (element: HTMLAudioElement | null) => void;
}

export interface MediaModule {
  /** Receive the slots; `put` is called when a slot's stream comes or goes. */
  receive: (signal: Room["signal"], onSignal: Room["onSignal"], put: (slot: Slot, stream: MediaStream | null) => void) => Promise<() => void>;
  /** Open devices and send; resolves once the server takes the packets. */
  send: (signal: Room["signal"], onSignal: Room["onSignal"]) => Promise<() => void>;
}

const KEY: InjectionKey<Media> = Symbol("media");
const found = import.meta.glob<MediaModule>("../media/room.ts");

/** Give the components under this page their media. A companion receives none. */
export function openMedia(room: Room): Media {
  const slots = shallowReactive<Record<Slot, MediaStream | null>>({ speaker: null, chair: null, floor: null, screen: null });
  const load = Object.values(found)[0];
  const { say } = useToasts();
  let element: HTMLAudioElement | null = null;
  let stopReceiving: (() => void) | null = null;
  let stopSending: (() => void) | null = null;

  function put(slot: Slot, stream: MediaStream | null): void {
    slots[slot] = stream;
    if (slot === "floor" && element) element.srcObject = stream;
  }
  async function receive(): Promise<void> {
    const audience = room.mine.value?.audience;
    if (!load || !audience || audience === "companion") return;
    stopReceiving?.();
    try {
      stopReceiving = await (await load()).receive(room.signal, room.onSignal, put);
    } catch (problem) {
      say(sentence(problem), "bad");
    }
  }
  async function prepare(): Promise<boolean> {
    if (stopSending || !load) return true;
    try {
      stopSending = await (await load()).send(room.signal, room.onSignal);
      return true;
    } catch (problem) {
      say(sentence(problem), "bad");
      return false;
    }
  }
  room.onHello(() => {
    stopSending?.();
    stopSending = null;
    setTimeout(() => void receive(), 300);
  });
  onUnmounted(() => {
    stopReceiving?.();
    stopSending?.();
  });
  const media: Media = {
    slots,
    prepare,
    playAudio: (one) => {
      element = one;
      if (one) one.srcObject = slots.floor;
    },
  };
  provide(KEY, media);
  return media;
}

export function useMedia(): Media {
  const media = inject(KEY);
  if (!media) throw new Error("used outside the room");
  return media;
}
