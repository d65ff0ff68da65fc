/** The server's JSON API: errors as `ApiError`, the CSRF token taken from /api/me and sent with every change. */

export class ApiError extends Error {
  constructor(
    readonly id: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    readonly status = 0,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

let csrf = "";

/** Remember the token that /api/me (or signing in) gave. */
export function setCsrf(token: string): void {
  csrf = token;
}

export function csrfToken(): string {
  return csrf;
}

/** The sentence to show for anything thrown. */
export function sentence(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

async function failure(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { id?: string; message?: string; details?: Record<string, unknown> };
    if (body.id && body.message) return new ApiError(body.id, body.message, body.details ?? {}, response.status);
  } catch {
    /* not JSON: a proxy's page, answered below */
  }
  const said =
    response.status === 413
      ? "Tệp quá lớn. Hãy giảm dung lượng rồi thử lại."
      : "Máy chủ chưa trả lời được yêu cầu này. Hãy thử lại sau ít phút.";
  return new ApiError("http.failed", said, { status: response.status }, response.status);
}

/** One request. `body`: a plain value goes as JSON; FormData, Blob and ArrayBuffer go as they are. */
export async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal, more: Record<string, string> = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...more };
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (signal) init.signal = signal;
  if (body instanceof FormData || body instanceof Blob || body instanceof ArrayBuffer) init.body = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (problem) {
    if (signal?.aborted) throw problem;
    throw new ApiError("network.lost", "Không kết nối được máy chủ. Hãy kiểm tra đường truyền rồi thử lại.");
  }
  if (!response.ok) throw await failure(response);
  if (response.status === 204) return undefined as T;
  const type = response.headers.get("Content-Type") ?? "";
  if (type.includes("pdf")) return (await response.blob()) as T;
  return (type.includes("json") ? await response.json() : await response.text()) as T;
}

/** The file that answers a request. */
export async function requestFile(method: string, path: string, body?: unknown): Promise<ArrayBuffer> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (csrf) headers["X-CSRF-Token"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, { method, headers, credentials: "same-origin", ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new ApiError("network.lost", "Không kết nối được máy chủ. Hãy kiểm tra đường truyền rồi thử lại.");
  }
  if (!response.ok) throw await failure(response);
  return response.arrayBuffer();
}

export const api = {
  get: <T>(path: string, signal?: AbortSignal) => request<T>("GET", path, undefined, signal),
  post: <T>(path: string, body?: unknown) => request<T>("POST", path, body),
  put: <T>(path: string, body?: unknown) => request<T>("PUT", path, body),
  patch: <T>(path: string, body?: unknown) => request<T>("PATCH", path, body),
  del: <T>(path: string, body?: unknown) => request<T>("DELETE", path, body),
};
