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

  /** What this device keeps of the item, with the revision that it was written on. */
  function keptHere(): { base: number; text: string } | null {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(key()) ?? "null");
      return found && typeof found === "object" && "base" in found && "text" in found ? { base: Number(found.base), text: String(found.text) } : null;
    } catch {
      return null;
    }
  }
  const keep = () => localStorage.setItem(key(), JSON.stringify({ base, text: text.value }));

  function load(): void {
    clearTimeout(timer);
    const kept = keptHere();
    base = kept?.base ?? stored.value.revision;
    text.value = kept?.text ?? stored.value.text;
    state.value = kept && kept.text !== stored.value.text ? "kept" : "saved";
    if (state.value === "kept") later(0);
    else localStorage.removeItem(key());
  }

  function later(wait = 800): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), wait);
  }

  function typed(): void {
    keep();
    if (state.value !== "conflict") state.value = "typing";
    later();
  }

  async function save(): Promise<void> {
    if (state.value === "saving" || state.value === "conflict" || !item.value) return;
    const [sent, of, where] = [text.value, item.value, key()];
    state.value = "saving";
    try {
      await room.command("note.save", { item: of, revision: base, text: sent });
      if (of !== item.value) return void localStorage.removeItem(where);
      base += 1;
      if (text.value === sent) localStorage.removeItem(where);
      else keep();
      problem.value = "";
      state.value = text.value === sent ? "saved" : "typing";
      if (text.value !== sent) later();
    } catch (one) {
      if (of !== item.value) return;
      problem.value = sentence(one);
      if (one instanceof ApiError && "revision" in one.details) {
        if (stored.value.text === sent) return load(); // saved after all: only the answer was lost
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
      localStorage.removeItem(key());
      state.value = "saved";
      return;
    }
    state.value = "typing";
    keep();
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
