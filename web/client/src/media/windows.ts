/**
 * The two windows of a room PC, the hall screen and the operator's console. One of them carries the media: the hall
 * screen while it is open. A lock of the browser decides, so that a window that crashes gives it up too.
 */
export type Window = "hall" | "console";
export type Ask = "prepare" | "retry" | "withoutPicture" | "share" | "unshare";
type Message<S> = { kind: "here"; from: Window } | { kind: "gone"; from: Window } | { kind: "state"; state: S } | { kind: "ask"; what: Ask } | { kind: "code"; shown: boolean };

/** A window counts as closed after three silent beats, in ms. */
const BEAT = 2000;

export interface Pair<S> {
  /** Tell the other window what is sent. */
  show: (state: S) => void;
  ask: (what: Ask) => void;
  /** Show the hall's code on both windows, or on neither. */
  code: (shown: boolean) => void;
  close: () => void;
}

export interface PairEvents<S> {
  /** This window carries the media, or no longer does. */
  held: (held: boolean) => void;
  other: (open: boolean) => void;
  shown: (state: S) => void;
  asked: (what: Ask) => void;
  code: (shown: boolean) => void;
}

export function pairWindows<S>(meeting: string, own: Window, events: PairEvents<S>): Pair<S> {
  const channel = new BroadcastChannel(`room.${meeting}`);
  const ended = new AbortController();
  let seen = 0;
  const post = (message: Message<S>) => channel.postMessage(message);
  channel.onmessage = ({ data }: MessageEvent<Message<S>>) => {
    if (data.kind === "state") events.shown(data.state);
    else if (data.kind === "ask") events.asked(data.what);
    else if (data.kind === "code") events.code(data.shown);
    else if (data.from !== own) {
      const open = data.kind === "here";
      if (open && !seen) post({ kind: "here", from: own });
      seen = open ? Date.now() : 0;
      events.other(open);
    }
  };
  const timer = setInterval(() => {
    post({ kind: "here", from: own });
    if (seen && Date.now() - seen > 3 * BEAT) {
      seen = 0;
      events.other(false);
    }
  }, BEAT);
  const leave = () => post({ kind: "gone", from: own });
  window.addEventListener("pagehide", leave);
  post({ kind: "here", from: own });
  void carry(meeting, own, events.held, ended.signal);
  return {
    show: (state) => post({ kind: "state", state }),
    ask: (what) => post({ kind: "ask", what }),
    code: (shown) => post({ kind: "code", shown }),
    close: () => {
      ended.abort();
      clearInterval(timer);
      window.removeEventListener("pagehide", leave);
      leave();
      channel.close();
    },
  };
}

/** Hold the lock until the page goes; the hall screen takes it from the console, which waits for it to come back. */
async function carry(meeting: string, own: Window, held: (held: boolean) => void, ended: AbortSignal): Promise<void> {
  const name = `room-media.${meeting}`;
  const until = () =>
    new Promise<void>((done) => {
      if (ended.aborted) return done();
      held(true);
      ended.addEventListener("abort", () => done(), { once: true });
    });
  let steal = own === "hall";
  while (!ended.aborted) {
    try {
      if (steal) await navigator.locks.request(name, { steal }, until);
      else await navigator.locks.request(name, { signal: ended }, until);
      return;
    } catch {
      if (!ended.aborted) held(false);
      steal = false;
    }
  }
}
