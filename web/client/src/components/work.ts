import { ref, type Ref } from "vue";
import { sentence } from "@/api";

/** What a form does one at a time: whether it is at it, and the sentence that says why the last try failed. */
export interface Work {
  busy: Ref<boolean>;
  problem: Ref<string>;
  run: (work: () => Promise<void>) => Promise<void>;
}

export function useWork(): Work {
  const busy = ref(false);
  const problem = ref("");

  async function run(work: () => Promise<void>): Promise<void> {
    busy.value = true;
    problem.value = "";
    try {
      await work();
    } catch (error) {
      problem.value = sentence(error);
    } finally {
      busy.value = false;
    }
  }

  return { busy, problem, run };
}
