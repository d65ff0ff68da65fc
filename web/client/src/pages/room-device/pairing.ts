import { onUnmounted, ref } from "vue";
import { api, ApiError, request, sentence } from "@/api";
import { backoff } from "@/media/backoff";

export interface NextMeeting {
  id: string;
  title: string;
  starts_at: number;
  ends_at: number;
  chair_name?: string;
}
interface Device {
  device: string;
  site: string;
  site_name?: string;
  next_meeting: NextMeeting | null;
}
interface Pairing {
  id: string;
  code: string;
  secret: string;
  seconds: number;
}
/** How often a paired PC asks for the site's next meeting, and an unpaired one whether its code was typed, in ms. */
const ASK_MEETING = 15_000;
const ASK_PAIRED = 2500;

/**
 * A room PC's state: who it is once paired, else the code that it shows. It asks by itself, later each time while
 * the server does not answer.
 */
export function useRoomDevice() {
  const device = ref<Device | null>(null);
  const code = ref("");
  const endsAt = ref(0);
  const problem = ref("");
  let pairing: Pairing | null = null;
  let timer = 0;
  let failures = 0;
  let ended = false;

  function later(ms: number, step: () => Promise<void>): void {
    clearTimeout(timer);
    if (!ended) timer = window.setTimeout(() => void attempt(step), ms);
  }
  async function attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
      [failures, problem.value] = [0, ""];
    } catch (one) {
      problem.value = sentence(one);
      later(backoff(2 + failures++), step);
    }
  }
  async function look(): Promise<void> {
    try {
      device.value = await api.get<Device>("/api/devices/me");
      code.value = "";
      later(ASK_MEETING, look);
    } catch (one) {
      if (!(one instanceof ApiError) || one.status !== 401) throw one;
      device.value = null;
      if (!(await prepared())) await begin();
    }
  }
  /** A link to this page may carry a pairing that was made beforehand, once. */
  async function prepared(): Promise<boolean> {
    const [id, secret] = location.hash.slice(1).split(".");
    if (!id || !secret) return false;
    history.replaceState(history.state, "", location.pathname);
    const { paired } = await ask({ id, secret }).catch(() => ({ paired: false }));
    if (paired) await look();
    return paired;
  }
  async function begin(): Promise<void> {
    pairing = await api.post<Pairing>("/api/devices/pairing");
    code.value = pairing.code;
    endsAt.value = Date.now() + pairing.seconds * 1000;
    later(ASK_PAIRED, poll);
  }
  async function poll(): Promise<void> {
    if (!pairing) return;
    if (Date.now() >= endsAt.value) return void (code.value = "");
    const answer = await ask(pairing);
    if (answer.paired) return look();
    later(ASK_PAIRED, poll);
  }
  const ask = async ({ id, secret }: Pick<Pairing, "id" | "secret">) => request<{ paired: boolean }>("GET", `/api/devices/pairing/${id}`, undefined, undefined, { "X-Pairing-Secret": secret });

  onUnmounted(() => {
    ended = true;
    clearTimeout(timer);
  });
  void attempt(look);
  return { device, code, endsAt, problem, again: () => void attempt(begin) };
}
