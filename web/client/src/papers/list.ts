import { computed, ref, watch, type ComputedRef, type Ref } from "vue";
import { api, sentence } from "@/api";
import type { Paper } from "./upload";

/** Where a searched text stands. */
export interface Hit {
  document: string;
  title: string;
  page: number;
  excerpt: string;
}

export interface Papers {
  papers: Ref<Paper[]>;
  /** Bytes of the largest paper that is taken; 0 while it is not known. */
  largest: Ref<number>;
  problem: Ref<string>;
  load: () => Promise<void>;
  title: (document: string) => string;
}

/** The papers of a meeting that this page may read. */
export function usePapers(meeting: string): Papers {
  const papers = ref<Paper[]>([]);
  const largest = ref(0);
  const problem = ref("");
  async function load(): Promise<void> {
    try {
      const found = await api.get<{ documents: Paper[]; largest: number }>(`/api/meetings/${meeting}/documents`);
      [papers.value, largest.value] = [found.documents, found.largest];
      problem.value = "";
    } catch (error) {
      problem.value = sentence(error);
    }
  }
  return { papers, largest, problem, load, title: (document) => papers.value.find((one) => one.document === document)?.title ?? "" };
}

/** Hits for what is typed, a moment after the typing stops; older answers never overtake newer ones. */
export function useSearch(meeting: string): { typed: Ref<string>; hits: Ref<Hit[] | null>; problem: Ref<string>; busy: ComputedRef<boolean> } {
  const typed = ref("");
  const hits = ref<Hit[] | null>(null);
  const problem = ref("");
  const running = ref<AbortController | null>(null);
  let waiting = 0;
  watch(typed, (now) => {
    clearTimeout(waiting);
    running.value?.abort();
    running.value = null;
    if (now.trim().length < 2) return void (hits.value = null);
    waiting = window.setTimeout(() => void search(now.trim()), 250);
  });
  async function search(text: string): Promise<void> {
    const mine = (running.value = new AbortController());
    try {
      const path = `/api/meetings/${meeting}/documents/search?q=${encodeURIComponent(text)}`;
      hits.value = (await api.get<{ hits: Hit[] }>(path, mine.signal)).hits;
      problem.value = "";
    } catch (error) {
      if (!mine.signal.aborted) problem.value = sentence(error);
    } finally {
      if (running.value === mine) running.value = null;
    }
  }
  return { typed, hits, problem, busy: computed(() => !!running.value) };
}
