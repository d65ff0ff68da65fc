/** The signing service on the official's own computer: one request per connection, a string of JSON each way. */

export interface Handover {
  service: string;
  fetch: string;
  return: string;
  sha256: string;
  /** What the service writes for the seal; empty otherwise. */
  number: string;
  issued: string;
}

/** `blocked`: the browser may not reach this computer's own programs from the page. */
export type Failure = "not_running" | "blocked" | "no_answer" | "refused";

export class LocalServiceError extends Error {
  constructor(
    readonly failure: Failure,
    message = "",
  ) {
    super(message);
  }
}

/** Milliseconds: to reach the service; for the person to answer the browser's question whether the page may reach it,
 * and to type the PIN (the addresses live ten minutes). */
const CONNECT = 3_000;
const CONSENT = 60_000;
const ANSWER = 9 * 60_000;
/** What Chromium calls the permission since the local network and the computer itself are told apart, and before. */
const PERMISSIONS = ["loopback-network", "local-network-access"];

/** Whether the browser lets the page reach this computer; undefined where it never asks. */
async function consent(): Promise<PermissionStatus | undefined> {
  for (const name of PERMISSIONS) {
    try {
      return await navigator.permissions.query({ name: name as PermissionName });
    } catch {
      /* a name that this browser does not know */
    }
  }
  return undefined;
}

/** Ask the service to fetch, sign and bring back the document. */
export async function signLocally(handover: Handover, origin = location.origin): Promise<void> {
  const asked = await consent();
  await reach(handover, origin, asked).catch(async (problem: unknown) => {
    const silent = problem instanceof LocalServiceError && problem.failure === "not_running";
    if (silent && (await consent())?.state === "denied") throw new LocalServiceError("blocked");
    throw problem;
  });
}

function reach(handover: Handover, origin: string, asked: PermissionStatus | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let socket: WebSocket;
    const end = (done: () => void) => {
      clearTimeout(timer);
      if (asked) asked.onchange = null;
      socket.onclose = socket.onerror = socket.onmessage = socket.onopen = null;
      socket.close();
      done();
    };
    try {
      socket = new WebSocket(handover.service);
    } catch {
      reject(new LocalServiceError("not_running"));
      return;
    }
    const fail = (failure: Failure, message = "") => end(() => reject(new LocalServiceError(failure, message)));
    const wait = (span: number, failure: Failure) => {
      clearTimeout(timer);
      timer = setTimeout(() => fail(failure), span);
    };
    let open = false;
    let timer = 0 as unknown as ReturnType<typeof setTimeout>;
    wait(asked?.state === "prompt" ? CONSENT : CONNECT, "not_running");
    if (asked) asked.onchange = () => !open && wait(CONNECT, "not_running");
    socket.onopen = () => {
      open = true;
      wait(ANSWER, "no_answer");
      const request = {
        FileUploadHandler: origin + handover.return,
        SessionId: "",
        JWTToken: "",
        FileName: origin + handover.fetch,
        DocNumber: handover.number,
        IssuedDate: handover.issued,
        MetaData: [],
      };
      socket.send(JSON.stringify(request));
    };
    socket.onerror = socket.onclose = () => fail(open ? "no_answer" : "not_running");
    socket.onmessage = (event: MessageEvent) => {
      try {
        const answer = JSON.parse(String(event.data)) as { Status?: number; Message?: string };
        if (answer.Status === 0) end(resolve);
        else fail("refused", String(answer.Message ?? ""));
      } catch {
        fail("refused");
      }
    };
  });
}
