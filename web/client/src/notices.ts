import { io, type Socket } from "socket.io-client";
import { ref } from "vue";
import { api, sentence } from "./api";
import { dictionary } from "./i18n";
import { useToasts } from "./components/toasts";
import type { Notice } from "./pages/calendar/types";

/** What the signed-in person has to know at once, kept up to date by the server. */
export const notices = ref<Notice[]>([]);
/** How many documents wait for this person's signature, seal or redrafting. */
export const asked = ref(0);
const t = dictionary({ asked: "Có văn bản mới chờ quý vị: xem “Chờ tôi ký”." }, { asked: "A document waits for you: see “Waiting for me”." });
/** Notices that are no trouble. */
const GOOD = new Set(["overrun_ended", "restored"]);
let socket: Socket | null = null;

/** Watch while somebody is signed in; what arrives later than the first list is also said at the edge of the page. */
export function watchNotices(): void {
  if (socket) return;
  let first = true;
  const known = new Set<string>();
  socket = io("/office", { path: "/socket.io", transports: ["websocket"], randomizationFactor: 0.5, multiplex: false }); // apart from the room's connection
  socket.on("notices", (message: { notices: Notice[] }) => {
    for (const one of message.notices) if (!first && !known.has(one.id)) useToasts().say(one.text, GOOD.has(one.kind) ? "good" : "bad");
    for (const one of message.notices) known.add(one.id);
    first = false;
    notices.value = message.notices;
  });
  let before: number | undefined;
  socket.on("asks", (message: { count: number }) => {
    if (before !== undefined && message.count > before) useToasts().say(t("asked"), "good");
    before = asked.value = message.count;
  });
}

export function leaveNotices(): void {
  socket?.disconnect();
  socket = null;
  notices.value = [];
  asked.value = 0;
}

export async function noticeSeen(id: string): Promise<void> {
  try {
    await api.post(`/api/notices/${id}/read`);
    notices.value = notices.value.filter((one) => one.id !== id);
  } catch (problem) {
    useToasts().say(sentence(problem), "bad");
  }
}
