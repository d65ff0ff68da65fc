import { shallowRef, type ShallowRef } from "vue";
import type { Room } from "./room";

export interface Message {
  text: string;
  site: string;
  from_technician: boolean;
  at: number;
}
const MOST = 500;
const kept = new WeakMap<Room, ShallowRef<Message[]>>();

/** The messages that this page heard since it joined, oldest first; heard once however many components show them. */
export function useMessages(room: Room): ShallowRef<Message[]> {
  const held = kept.get(room);
  if (held) return held;
  const messages = shallowRef<Message[]>([]);
  kept.set(room, messages);
  room.onSignal("message", (one) => (messages.value = [...messages.value, one as unknown as Message].slice(-MOST)));
  return messages;
}
