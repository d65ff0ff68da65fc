import { computed, ref, watch, type Ref } from "vue";
import { ApiError, sentence } from "@/api";
import type { Room } from "./room";

export type Saving = "saved" | "typing" | "saving" | "kept" | "conflict";

/**
 * The notes of one item, saved as they are typed. What was not sent yet is kept on the device; where somebody
 * else saved first, both texts are shown and the person chooses.
 */
export function useNotes(room: Room, item: Ref<string>) {
  const text = ref("");
  const state = ref<Saving>("saved");
  const theirs = ref("");
  const problem = ref("");
  let base = 0;
  let timer = 0;
  const key = () => `notes.${room.meeting}.${item.value}`;
  const stored = computed(() => room.view.value.notes?.[item.value] ?? { revision: 0, text: "" });

  function load(): void {
    clearTimeout(timer);
    const kept = sessionStorage.getItem(key());
    base = stored.value.revision;
    text.value = kept ?? stored.value.text;
    state.value = kept !== null && kept !== stored.value.text ? "kept" : "saved";
    if (state.value === "kept") later(0);
  }

  function later(wait = 800): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), wait);
  }

  function typed(): void {
    sessionStorage.setItem(key(), text.value);
    if (state.value !== "conflict") state.value = "typing";
    later();
  }

  async function save(): Promise<void> {
    if (state.value === "saving" || state.value === "conflict" || !item.value) return;
    const [sent, of, where] = [text.value, item.value, key()];
    state.value = "saving";
    try {
      await room.command("note.save", { item: of, revision: base, text: sent });
      if (sessionStorage.getItem(where) === sent) sessionStorage.removeItem(where);
      if (of !== item.value) return;
      base += 1;
      problem.value = "";
      state.value = text.value === sent ? "saved" : "typing";
      if (text.value !== sent) later();
    } catch (one) {
      if (of !== item.value) return;
      problem.value = sentence(one);
      if (one instanceof ApiError && "revision" in one.details) {
        theirs.value = stored.value.text;
        state.value = "conflict";
      } else state.value = "kept";
    }
  }

  /** End a conflict: keep `mine`, or take what the other one saved. */
  function settle(mine: boolean): void {
    base = stored.value.revision;
    if (!mine) {
      text.value = stored.value.text;
      sessionStorage.removeItem(key());
      state.value = "saved";
      return;
    }
    state.value = "typing";
    later(0);
  }

  watch(item, load, { immediate: true });
  watch(stored, (now) => {
    if (state.value === "saved" && now.revision > base) {
      base = now.revision;
      text.value = now.text;
    }
    if (state.value === "conflict") theirs.value = now.text;
  });
  room.onHello(() => {
    if (state.value === "kept") later(300);
  });
  return { text, state, theirs, problem, typed, save, settle };
}
