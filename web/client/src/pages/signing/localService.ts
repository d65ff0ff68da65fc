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

export type Failure = "not_running" | "no_answer" | "refused";

export class LocalServiceError extends Error {
  constructor(
    readonly failure: Failure,
    message = "",
  ) {
    super(message);
  }
}

/** Milliseconds: to reach the service, and to wait for the person to type the PIN (the addresses live ten minutes). */
const CONNECT = 3_000;
const ANSWER = 9 * 60_000;

/** Ask the service to fetch, sign and bring back the document. */
export function signLocally(handover: Handover, origin = location.origin): Promise<void> {
  return new Promise((resolve, reject) => {
    let socket: WebSocket;
    const end = (done: () => void) => {
      clearTimeout(timer);
      socket.onclose = socket.onerror = socket.onmessage = null;
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
    let open = false;
    let timer = setTimeout(() => fail("not_running"), CONNECT);
    socket.onopen = () => {
      open = true;
      clearTimeout(timer);
      timer = setTimeout(() => fail("no_answer"), ANSWER);
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
