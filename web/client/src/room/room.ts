import { computed, inject, onUnmounted, provide, ref, type ComputedRef, type InjectionKey, type Ref } from "vue";
import { sentence } from "@/api";
import { useToasts } from "@/components/toasts";
import { connect, type Connection, type Endpoint } from "./connection";
import type { Mine, Sections, Turn } from "./sections";

/** Everything the room's pages read and ask. It holds no rule: `may` comes from the server. */
export interface Room extends Connection {
  meeting: string;
  ready: ComputedRef<boolean>;
  view: ComputedRef<Sections>;
  me: ComputedRef<Mine>;
  /** The server's clock, in ms, ticking four times a second. */
  now: Ref<number>;
  may: (name: string) => boolean;
  siteName: (site: string) => string;
  personName: (person: string) => string;
  /** The actor's own turn on the floor. */
  ownTurn: ComputedRef<Turn | undefined>;
  ownRequest: ComputedRef<string>;
  isRoom: ComputedRef<boolean>;
  /** Ask, and say a refusal at the edge of the page. True where it was done. */
  ask: (name: string, payload?: object) => Promise<boolean>;
}

const KEY: InjectionKey<Room> = Symbol("room");
const NEEDED = ["sitting", "agenda", "floor", "stage", "presentation", "ballot", "names", "conclusions"] as const;

/** Open the room of `meeting` for this page and the components under it. */
export function openRoom(meeting: string, endpoint: Endpoint, asRoom = false): Room {
  const connection = connect(meeting, endpoint, asRoom);
  const { say } = useToasts();
  const now = ref(Date.now());
  const ticking = setInterval(() => (now.value = Date.now() + connection.link.skew), 250);
  onUnmounted(() => {
    clearInterval(ticking);
    connection.close();
  });

  const view = computed(() => connection.sections.value as Sections);
  const me = computed(() => connection.mine.value as Mine);
  const isRoom = computed(() => me.value.roles.includes("room"));
  const owns = (one: { site: string; delegate: string }) =>
    one.site === me.value.site && (one.delegate === me.value.delegate || isRoom.value || !one.delegate);

  async function ask(name: string, payload: object = {}): Promise<boolean> {
    try {
      await connection.command(name, payload);
      return true;
    } catch (problem) {
      say(sentence(problem), "bad");
      return false;
    }
  }

  const room: Room = {
    ...connection,
    meeting,
    ready: computed(() => !!connection.mine.value && NEEDED.every((name) => connection.sections.value[name])),
    view,
    me,
    now,
    may: (name) => me.value.may.includes(name),
    siteName: (site) => view.value.names.sites[site] ?? "",
    personName: (person) => view.value.names.people[person] ?? "",
    ownTurn: computed(() => Object.values(view.value.floor.turns).find((one) => one && owns(one))),
    ownRequest: computed(() => view.value.floor.queue.find(owns)?.request ?? ""),
    isRoom,
    ask,
  };
  provide(KEY, room);
  return room;
}

export function useRoom(): Room {
  const room = inject(KEY);
  if (!room) throw new Error("used outside the room");
  return room;
}
