import { ApiError, csrfToken } from "@/api";

export interface Paper {
  document: string;
  item: string;
  title: string;
  size: number;
  pages: number;
  audience: "delegates" | "guests";
  uploaded_at: number;
}

/** Send one PDF; `progress` hears bytes sent and bytes in all. Rejects with the server's ApiError. */
export function upload(
  meeting: string,
  file: File,
  fields: Record<string, string>,
  progress: (sent: number, total: number) => void,
): Promise<Paper> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", `/api/meetings/${encodeURIComponent(meeting)}/documents`);
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded, event.total);
    request.onerror = () => reject(new ApiError("network.lost", "Mất kết nối khi tải tệp lên. Hãy thử lại."));
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
