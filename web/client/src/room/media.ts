import { computed, inject, onUnmounted, provide, reactive, ref, shallowReactive, shallowRef, watch, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from "vue";
import { ApiError, sentence } from "@/api";
import { useToasts } from "@/components/toasts";
import { backoff, pause } from "@/media/backoff";
import type { OwnState } from "@/media/own";
import type { Receiver, Receiving } from "@/media/receive";
import type { Streams } from "@/media/slots";
import type { Ask, Pair, Window } from "@/media/windows";
import type { Room } from "./room";
import { useSiteCheck, type SiteCheck } from "./siteCheck";
import { hasPart, microphoneOpen } from "./stage";
import { useStills } from "./stills";
import type { Steps } from "./steps";

/** What a page hears and sees, and what its place sends. The negotiation lies in `src/media`, loaded when needed. */
export interface Media {
  slots: Streams;
  receiving: Ref<Receiving>;
  own: OwnState;
  /** This window carries the media of the room PC; the other one shows what it tells. */
  here: Ref<boolean>;
  /** The other window of the room PC is open. */
  other: Ref<boolean>;
  /** The hall's QR code is shown, on request. */
  code: Ref<boolean>;
  showCode: (shown: boolean) => void;
  canSend: ComputedRef<boolean>;
  /** One's own picture as it is sent. */
  picture: ShallowRef<MediaStream | null>;
  /** The browser refused to play sound until somebody presses. */
  deaf: Ref<boolean>;
  /** Who is heard, by site, 0 to 127. */
  levels: Record<string, number>;
  /** Sites that receive less than everything, or whose step somebody holds; a site is told its own alone. */
  steps: Ref<Steps>;
  /** The technical check of this place, while it runs and what came of it. */
  check: SiteCheck;
  /** Open camera and microphone for sending, if not open yet. False where it could not (the page says why). */
  prepare: () => Promise<boolean>;
  retry: () => void;
  withoutPicture: () => void;
  share: () => Promise<void>;
  unshare: () => Promise<void>;
}

const KEY: InjectionKey<Media> = Symbol("media");
const REPORT = 5000;
const PASSING = /^(media\.(unavailable|rate|unknown_session)|connection\.|command\.rate)/;
const SILENT: OwnState = { sending: "off", problem: null, microphone: false, camera: false, sharing: false, watched: false, pictured: false, level: 0 };

/** Give the components under this page their media. A companion has none. `as`: which window of a room PC this is. */
export function openMedia(room: Room, as: () => Window | null): Media {
  const { say } = useToasts();
  const slots = shallowReactive<Streams>({ speaker: null, chair: null, floor: null, screen: null, tile: null });
  const receiving = ref<Receiving>("connecting");
  const own = reactive<OwnState>({ ...SILENT });
  const here = ref(false);
  const other = ref(false);
  const code = ref(false);
  const deaf = ref(false);
  const levels = reactive<Record<string, number>>({});
  const steps = ref<Steps>({});
  const picture = shallowRef<MediaStream | null>(null);
  const audience = computed(() => room.mine.value?.audience);
  const canSend = computed(() => !!room.mine.value?.site && audience.value !== "companion" && room.endpoint() === "room");
  const stage = computed(() => room.sections.value.stage);
  const ours = computed(() => room.mine.value?.site ?? "");
  let receiver: Receiver | null = null;
  let sending: import("@/media/own").Own | null = null;
  let pair: Pair<OwnState> | null = null;
  let closed = false;
  let passing = false; // the last refusal to send may be over soon
  const gone = new AbortController();

  async function startReceiving(): Promise<void> {
    if (closed || !here.value || !audience.value || audience.value === "companion") return;
    const { receive } = await import("@/media/receive");
    if (closed || !here.value) return;
    receiver?.close();
    receiver = receive(room, (slot, stream) => (slots[slot] = stream), (state) => (receiving.value = state));
  }
  function stop(): void {
    receiver?.close();
    sending?.close();
    [receiver, sending, picture.value] = [null, null, null];
  }
  /** Close the devices again that only a technical check opened. */
  function release(): void {
    if (needed.value || own.sharing) return;
    sending?.close();
    [sending, picture.value] = [null, null];
  }

  async function sender() {
    const { Own } = await import("@/media/own");
    sending ??= new Own(room, own, () => void stopSharing());
    sending.open(microphoneOpen(stage.value, ours.value));
    return sending;
  }
  async function act(what: Ask, quietly = false): Promise<boolean> {
    if (!canSend.value || closed) return false;
    if (!here.value) {
      pair?.ask(what);
      return true;
    }
    try {
      const one = await sender();
      if (what === "share") return await startSharing(one);
      if (what === "unshare") return await stopSharing();
      const done = await one[what]();
      picture.value = one.picture ? new MediaStream([one.picture]) : null;
      return done;
    } catch (problem) {
      if (problem instanceof ApiError && problem.id === "media.none") return true; // the room goes on without media
      passing = problem instanceof ApiError && PASSING.test(problem.id);
      if (!quietly) say(sentence(problem), "bad");
      return false;
    }
  }
  async function startSharing(one: import("@/media/own").Own): Promise<boolean> {
    if (!(await one.share())) return false;
    if (await room.ask("screen.start")) return true;
    one.unshare();
    return false;
  }
  async function stopSharing(): Promise<boolean> {
    sending?.unshare();
    if (stage.value?.screen.site !== ours.value || !room.may("screen.stop")) return true;
    return room.ask("screen.stop");
  }

  // The devices are opened when this place takes part: its hand, its turn, its place on the stage, the chair's seat.
  const needed = computed(() => canSend.value && here.value && (!!room.ownRequest.value || hasPart(stage.value, room.sections.value.sitting, ours.value)));
  async function ensure(): Promise<void> {
    for (let failures = 2; needed.value && own.sending === "off" && !closed; failures++) {
      if ((await act("prepare", true)) || !passing) return;
      if (!(await pause(backoff(failures), gone.signal))) return;
    }
  }
  watch(needed, (now) => now && void ensure(), { immediate: true });
  useStills(room, {
    carries: computed(() => here.value && canSend.value),
    state: own,
    sent: () => sending?.picture ?? null,
    room: () => !["audio", "papers"].includes(steps.value[ours.value]?.step ?? "high") && room.sections.value.sitting?.phase !== "stopped",
  });
  const check = useSiteCheck(room, {
    carries: () => here.value && canSend.value,
    state: own,
    prepare: () => act("prepare", true),
    sending: () => sending,
    receiving: () => receiver,
    release,
  });
  watch([stage, ours], () => {
    sending?.open(microphoneOpen(stage.value, ours.value));
    if (own.sharing && here.value && stage.value?.screen.site && stage.value.screen.site !== ours.value) sending?.unshare();
  });
  watch(() => stage.value?.screen.site, (now, before) => {
    if (before === ours.value && now !== ours.value && here.value) sending?.unshare(); // ended by chair or secretary
  });

  const stops = [
    room.onSignal("media.wanted", async (wanted) => {
      if (!here.value || !canSend.value) return;
      const layers = Array.isArray(wanted.layers) ? { layers: wanted.layers.map(String) } : {};
      const now = { microphone: !!wanted.microphone, camera: !!wanted.camera, screen: !!wanted.screen, ...layers };
      await (await sender()).want(now);
      if ((now.camera || now.microphone) && own.sending === "off") void act("prepare", true);
    }),
    room.onSignal("media.steps", ({ sites }) => (steps.value = sites as Steps)),
    room.onSignal("media.levels", ({ sites }) => {
      for (const site of Object.keys(levels)) delete levels[site];
      Object.assign(levels, sites);
    }),
    room.onHello(() => {
      if (receiver) void receiver.resume();
      else void startReceiving();
      void sending?.resume();
    }),
  ];
  watch(audience, (now, before) => now && !before && void begin(as()));
  const reporting = startReports(room, () => receiver, deaf);

  /** A window of a room PC shares with the other one; any other page carries its own media. */
  async function begin(which: Window | null): Promise<void> {
    if (!which) {
      here.value = true;
      return startReceiving();
    }
    const { pairWindows } = await import("@/media/windows");
    if (closed) return;
    pair = pairWindows<OwnState>(room.meeting, which, {
      held: (now) => {
        here.value = now;
        if (now) void startReceiving();
        else stop();
      },
      other: (open) => {
        other.value = open;
        if (open && here.value) pair?.show({ ...own });
      },
      shown: (state) => !here.value && Object.assign(own, state),
      asked: (what) => here.value && void act(what),
      code: (shown) => (code.value = shown),
    });
  }
  watch(own, () => here.value && other.value && pair?.show({ ...own }));
  onUnmounted(() => {
    closed = true;
    gone.abort();
    clearInterval(reporting);
    for (const one of stops) one();
    pair?.close();
    stop();
  });

  const media: Media = {
    slots, receiving, own, here, other, code, canSend, picture, deaf, levels, steps, check,
    showCode: (shown) => {
      code.value = shown;
      pair?.code(shown);
    },
    prepare: () => act("prepare"),
    retry: () => void act("retry"),
    withoutPicture: () => void act("withoutPicture"),
    share: async () => void (await act("share")),
    unshare: async () => void (await act("unshare")),
  };
  provide(KEY, media);
  return media;
}

/** Tell the technicians every few seconds how this page receives. */
function startReports(room: Room, receiver: () => Receiver | null, deaf: Ref<boolean>): number {
  let counters: import("@/media/report").Counters | null = null;
  return window.setInterval(async () => {
    const stats = await receiver()?.stats();
    if (!stats || room.link.state !== "connected") return;
    const { readReport } = await import("@/media/report");
    const read = readReport(stats.values(), counters, deaf.value);
    counters = read.counters;
    await room.signal("media.report", read.report).catch(() => null); // the next one comes in five seconds
  }, REPORT);
}

export function useMedia(): Media {
  const media = inject(KEY);
  if (!media) throw new Error("used outside the room");
  return media;
}
