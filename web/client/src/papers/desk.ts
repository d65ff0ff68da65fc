import { computed, ref, watch, type ComputedRef, type Ref } from "vue";
import type { Room } from "@/room/room";

/** What is on one's own desk: the paper shown to all while following, else the one opened to read on. */
export interface Desk {
  document: ComputedRef<string>;
  page: ComputedRef<number>;
  /** A paper is shown to all. */
  shown: ComputedRef<boolean>;
  following: Ref<boolean>;
  /** This page turns the pages for all. */
  leading: ComputedRef<boolean>;
  turn: (page: number) => void;
  follow: (on: boolean) => void;
  open: (document: string, page?: number) => void;
  close: () => void;
  present: (document: string, page: number) => Promise<boolean>;
  stop: () => Promise<boolean>;
}

type Needed = Pick<Room, "view" | "me" | "ask">;

export function makeDesk(room: Needed): Desk {
  const shared = computed(() => room.view.value.presentation);
  const following = ref(true);
  const own = ref({ document: "", page: 1 });
  /** The page that was asked for and is not shown yet; 0: none. */
  const asked = ref(0);
  let asking = false;

  const shown = computed(() => !!shared.value.document);
  const onShared = computed(() => shown.value && following.value);
  const leading = computed(() => shown.value && room.me.value.may_present && shared.value.by === room.me.value.id);
  watch(shown, (now) => {
    if (!now) following.value = true; // the next presentation is followed; a paper read on stays open
  }, { flush: "sync" });
  watch(() => shared.value.document, () => (asked.value = 0), { flush: "sync" });

  /** One turn at a time; pages that were leafed through meanwhile are skipped. */
  async function lead(page: number): Promise<void> {
    asked.value = page;
    if (asking) return;
    asking = true;
    while (asked.value && asked.value !== shared.value.page) {
      const to = asked.value;
      const done = await room.ask("presentation.turn", { document: shared.value.document, page: to });
      if (!done || asked.value === to) asked.value = 0;
    }
    asked.value = 0;
    asking = false;
  }

  function follow(on: boolean): void {
    if (!on && shown.value) own.value = { document: shared.value.document, page: shared.value.page };
    following.value = on || !shown.value;
  }

  return {
    document: computed(() => (onShared.value ? shared.value.document : own.value.document)),
    page: computed(() => (onShared.value ? asked.value || shared.value.page : own.value.page)),
    shown,
    following,
    leading,
    follow,
    turn(page) {
      if (onShared.value && leading.value) return void lead(page);
      if (onShared.value) follow(false);
      own.value = { ...own.value, page };
    },
    open(document, page = 1) {
      own.value = { document, page };
      following.value = !shown.value;
    },
    close: () => (own.value = { document: "", page: 1 }),
    async present(document, page) {
      following.value = true;
      return room.ask("presentation.start", { document, page });
    },
    stop: () => room.ask("presentation.stop"),
  };
}

const desks = new WeakMap<object, Desk>();

/** The desk of the room's page: one for all its components. */
export function useDesk(room: Room): Desk {
  const found = desks.get(room) ?? makeDesk(room);
  desks.set(room, found);
  return found;
}
