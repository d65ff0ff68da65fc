import { ref, type Ref } from "vue";
import { api, ApiError, csrfToken } from "@/api";

export type Audience = "delegates" | "guests";

export interface Paper {
  document: string;
  item: string;
  title: string;
  size: number;
  pages: number;
  audience: Audience;
  uploaded_at: number;
}

/** What happens to an upload: its bytes go up, then the server says what it does with them. */
export type Stage = "sending" | "waiting" | "checking" | "scans" | "keeping";

export interface Sending {
  name: string;
  sent: number;
  total: number;
  stage: Stage;
  page: number;
  pages: number;
}

/** How often the server is asked how far it is, in ms. */
const EVERY = 700;

/** One upload at a time. `send` rejects with the server's ApiError, `document.given_up` where it was given up. */
export function useUpload(meeting: string): {
  sending: Ref<Sending | null>;
  send: (file: File, fields: Record<string, string>) => Promise<Paper>;
  giveUp: () => Promise<void>;
} {
  const sending = ref<Sending | null>(null);
  let request: XMLHttpRequest | null = null;
  let ticket = "";

  async function send(file: File, fields: Record<string, string>): Promise<Paper> {
    ticket = crypto.randomUUID();
    sending.value = { name: file.name, sent: 0, total: file.size, stage: "sending", page: 0, pages: 0 };
    const asking = window.setInterval(() => void ask(), EVERY);
    try {
      request = new XMLHttpRequest();
      return await post(request, meeting, { ...fields, ticket }, file, (sent, total) => {
        if (sending.value) Object.assign(sending.value, { sent, total, stage: sent < total ? "sending" : "checking" });
      });
    } finally {
      clearInterval(asking);
      sending.value = request = null;
    }
  }

  async function ask(): Promise<void> {
    if (!sending.value || sending.value.stage === "sending") return;
    const [mine, found] = [ticket, await api.get<Pick<Sending, "stage" | "page" | "pages">>(`/api/uploads/${ticket}`).catch(() => null)];
    if (found && sending.value && mine === ticket) Object.assign(sending.value, found);
  }

  /** Before all bytes are up the line is cut; afterwards the server is asked to stop, and answers the upload itself. */
  async function giveUp(): Promise<void> {
    if (sending.value?.stage === "sending") request?.abort();
    else await api.del(`/api/uploads/${ticket}`);
  }

  return { sending, send, giveUp };
}

function post(request: XMLHttpRequest, meeting: string, fields: Record<string, string>, file: File, progress: (sent: number, total: number) => void): Promise<Paper> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file);
    request.open("POST", `/api/meetings/${encodeURIComponent(meeting)}/documents`);
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded, event.total);
    request.onerror = () => reject(new ApiError("network.lost", "Mất kết nối khi tải tệp lên. Hãy thử lại."));
    request.onabort = () => reject(new ApiError("document.given_up", "Đã hủy tải lên. Tệp không được giữ lại."));
    request.onload = () => {
      const body: unknown = request.response;
      if (request.status < 300) return resolve(body as Paper);
      const said = (body ?? {}) as { id?: string; message?: string; details?: Record<string, unknown> };
      reject(
        new ApiError(said.id ?? "http.failed", said.message ?? "Máy chủ chưa nhận được tệp. Hãy thử lại.", said.details, request.status),
      );
    };
    request.send(form);
  });
}

/** `1,4 MB` */
export function fileSize(bytes: number): string {
  const mb = bytes / 1024 / 1024;
  return mb >= 0.1 ? `${mb.toFixed(1).replace(".", ",")} MB` : `${Math.max(1, Math.round(bytes / 1024))} kB`;
}
