import { io, type Socket } from "socket.io-client";
import { reactive, shallowRef, type ShallowRef } from "vue";
import { ApiError } from "@/api";
import { dictionary } from "@/i18n";
import { applyView, type Held, type ViewMessage } from "./patches";
import type { Mine, Sections } from "./sections";

export const PROTOCOL = 1;
export type Endpoint = "room" | "companion" | "office";

interface Refused {
  id: string;
  message: string;
  details?: Record<string, unknown>;
}
type Answer<T> = ({ ok: true } & T) | { ok: false; error: Refused };

export interface Link {
  state: "connecting" | "connected" | "lost" | "refused" | "ended";
  /** When the connection was lost, by this device's clock. */
  lostAt: number;
  problem: Refused | null;
  /** The server's clock minus this device's, in ms, measured at hello. */
  skew: number;
  build: string;
  /** TURN relays of the newest hello. */
  relays: RTCIceServer[];
}

export interface Connection {
  link: Link;
  sections: ShallowRef<Partial<Sections>>;
  mine: ShallowRef<Mine | null>;
  /** Ask something of the sitting. Throws ApiError where it is refused or not answered. */
  command: (name: string, payload?: object) => Promise<{ seq: number }>;
  /** Send an ephemeral signal and wait for its answer. */
  signal: <T extends object = Record<string, unknown>>(name: string, payload?: object) => Promise<T>;
  /** Hear an ephemeral signal; returns how to stop. */
  onSignal: (name: string, heard: (payload: Record<string, unknown>) => void) => () => void;
  /** Called at every hello, the first one too; returns how to stop. */
  onHello: (heard: () => void) => () => void;
  /** TURN relays that the server named. */
  relays: () => RTCIceServer[];
  /** As which endpoint this page is connected. */
  endpoint: () => Endpoint;
  /** Connect anew, as another endpoint where given. */
  again: (endpoint?: Endpoint) => void;
  close: () => void;
}

const c = dictionary(
  { uninvited: "Quý vị không còn trong thành phần cuộc họp, hoặc đường dẫn mời đã đổi. Hãy liên hệ thư ký nếu cần vào lại.", removed: "Quý vị đã được mời ra khỏi cuộc họp. Hãy liên hệ thư ký nếu cần vào lại.", closed: "Cuộc họp đã bế mạc và phòng họp đã đóng. Biên bản ở trang cuộc họp.", cancelled: "Cuộc họp đã bị hủy. Lý do ở trang cuộc họp trong lịch họp.", ended: "Phiên làm việc đã kết thúc. Hãy đăng nhập lại.", refused: "Chưa vào được cuộc họp này. Hãy mở lại từ lịch họp.", lost: "Đang mất kết nối nên chưa gửi được. Hãy thử lại khi có kết nối.", late: "Máy chủ chưa trả lời. Hãy xem màn hình rồi thử lại nếu chưa có thay đổi." },
  { uninvited: "You are no longer invited to this sitting, or your link was renewed. Ask the secretary to come back.", removed: "You were asked to leave the sitting. Ask the secretary to come back.", closed: "The sitting is adjourned and its room is closed. Its minutes are on the meeting's page.", cancelled: "The meeting was cancelled. The reason is on its page in the calendar.", ended: "Your session has ended. Sign in again.", refused: "Could not enter this meeting. Open it again from the calendar.", lost: "Not sent, since the connection is lost. Try again when it is back.", late: "The server has not answered. Look at the screen and try again where nothing changed." },
);
const ENDED = { "participant.removed": "removed", "participant.uninvited": "uninvited", "sitting.closed": "closed", "meeting.cancelled": "cancelled" } as const;

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

/** Open a page's connection to one meeting. It reconnects by itself, with jitter. `asRoom`: as the paired device alone. */
export function connect(meeting: string, first: Endpoint, asRoom = false): Connection {
  const link = reactive<Link>({ state: "connecting", lostAt: 0, problem: null, skew: 0, build: "", relays: [] });
  const sections = shallowRef<Partial<Sections>>({});
  const mine = shallowRef<Mine | null>(null);
  const heard = new Map<string, Set<(payload: Record<string, unknown>) => void>>();
  const greeted = new Set<() => void>();
  let held: Held | null = null;
  let endpoint = first;

  const socket: Socket = io({
    path: "/socket.io",
    transports: ["websocket"],
    query: asRoom ? { as: "room" } : {},
    reconnectionDelay: 500,
    reconnectionDelayMax: 8000,
    randomizationFactor: 0.5,
    auth: (give) => give({ meeting, after: { view: held?.seq ?? 0, me: 0 }, protocol: PROTOCOL, build: __BUILD__, endpoint }),
  });

  /** Have the next connection go to another server, or to the page's own where none is named. */
  function reach(address: string): void {
    (socket.io as unknown as { uri: string }).uri = address || location.origin;
  }
  function comeBack(): void {
    if (link.state !== "lost") Object.assign(link, { state: "lost", lostAt: Date.now() });
    setTimeout(() => socket.connect(), 500 + Math.random() * 1500);
  }

  socket.on("hello", (hello: { server_time: number; build: string; relays?: RTCIceServer[] }) => {
    Object.assign(link, { state: "connected", problem: null, skew: hello.server_time - Date.now(), build: hello.build, relays: hello.relays ?? [] });
    for (const one of greeted) one();
  });
  socket.on("view", (message: ViewMessage) => {
    const next = applyView(held, message);
    held = next ?? held;
    if (next) sections.value = next.sections;
    else socket.emit("resume", {});
  });
  socket.on("me", (section: Mine) => {
    mine.value = section;
  });
  socket.on("signal", (message: { name: string; payload: Record<string, unknown> }) => {
    for (const one of heard.get(message.name) ?? []) one(message.payload);
  });
  socket.on("ended", (why: { id: string }) => {
    if (why.id === "connection.slow" || why.id === "meeting.moved") return comeBack();
    Object.assign(link, { state: "ended", problem: { id: why.id, message: c(why.id in ENDED ? ENDED[why.id as keyof typeof ENDED] : "ended") } });
  });
  socket.on("disconnect", () => {
    if (link.state !== "ended") Object.assign(link, { state: "lost", lostAt: Date.now() });
  });
  socket.on("connect_error", (problem: Error & { data?: Refused }) => {
    if (socket.active) {
      reach(""); // a server that does not answer may be gone: the page's own one knows where the meeting went
      if (link.state !== "lost") Object.assign(link, { state: "lost", lostAt: Date.now() });
      return;
    }
    if (problem.data?.id === "meeting.elsewhere" || problem.data?.id === "meeting.moved") {
      reach(String(problem.data.details?.address ?? ""));
      return comeBack();
    }
    const told = problem.data?.message ? problem.data : { id: "connection.refused", message: c("refused") };
    Object.assign(link, { state: "refused", problem: told });
  });

  async function ask<T extends object>(event: string, message: object, tries: number): Promise<T> {
    if (!socket.connected) throw new ApiError("connection.lost", c("lost"));
    let answer: Answer<T>;
    try {
      answer = (await socket.timeout(8000).emitWithAck(event, message)) as Answer<T>;
    } catch {
      if (tries > 1) return ask<T>(event, message, tries - 1); // the same id: the server answers once
      throw new ApiError("connection.late", c("late"));
    }
    if (answer.ok) return answer;
    throw new ApiError(answer.error.id, answer.error.message, answer.error.details ?? {});
  }

  function listen<T>(set: Set<T>, one: T): () => void {
    set.add(one);
    return () => void set.delete(one);
  }

  return {
    link,
    sections,
    mine,
    command: (name, payload = {}) => ask<{ seq: number }>("command", { id: newId(), name, payload }, 2),
    signal: (name, payload = {}) => ask("signal", { name, payload }, 1),
    onSignal: (name, one) => {
      const set = heard.get(name) ?? new Set();
      heard.set(name, set);
      return listen(set, one);
    },
    onHello: (one) => listen(greeted, one),
    relays: () => link.relays,
    endpoint: () => endpoint,
    again: (other) => {
      endpoint = other ?? endpoint;
      socket.disconnect();
      link.state = "connecting";
      socket.connect();
    },
    close: () => void socket.disconnect(),
  };
}
