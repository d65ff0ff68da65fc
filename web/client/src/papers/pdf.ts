import { getDocument, GlobalWorkerOptions, type PDFDocumentLoadingTask, type PDFDocumentProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { p } from "./words";

/** pdf.js; only lazily loaded components import this file, so that it never is in the first load. */
GlobalWorkerOptions.workerSrc = workerUrl;

/** A page of a paper is asked for in parts of this many bytes, and only as far as it is needed. */
const PART = 128 * 1024;

export type Pdf = PDFDocumentProxy;

/** Begin to open a paper. Destroy the task when the paper is closed: that frees worker and memory. */
export function openPdf(document: string): PDFDocumentLoadingTask {
  return getDocument({
    url: `/api/documents/${encodeURIComponent(document)}/shown`,
    rangeChunkSize: PART,
    disableAutoFetch: true,
    disableStream: true,
    cMapUrl: `${__PDFJS_FILES__}/cmaps/`,
    standardFontDataUrl: `${__PDFJS_FILES__}/standard_fonts/`,
    wasmUrl: `${__PDFJS_FILES__}/wasm/`,
    iccUrl: `${__PDFJS_FILES__}/iccs/`,
  });
}

/** Open a PDF that is already here: a preview of what a form holds. */
export function openBytes(data: ArrayBuffer): PDFDocumentLoadingTask {
  return getDocument({ data, cMapUrl: `${__PDFJS_FILES__}/cmaps/`, standardFontDataUrl: `${__PDFJS_FILES__}/standard_fonts/` });
}

/** What to say where a paper cannot be opened or a page cannot be drawn. */
export function told(problem: unknown): string {
  const { name, status } = (problem ?? {}) as { name?: string; status?: number };
  if (name === "PasswordException") return p("locked");
  if (name === "InvalidPDFException" || name === "FormatError") return p("broken");
  if (status === 401) return p("signIn");
  if (status === 403) return p("notForYou");
  if (status === 404 || status === 410) return p("gone");
  if (name === "ResponseException" || name === "UnknownErrorException") return p("unreachable");
  return p("undrawn");
}

/** Whether a drawing was only given up for a newer one. */
export const givenUp = (problem: unknown) => ["RenderingCancelledException", "AbortException"].includes((problem as Error)?.name);
