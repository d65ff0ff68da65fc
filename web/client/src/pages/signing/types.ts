/** Where a document stands while it is signed, as `…/signing` gives it. */
export type Role = "secretary" | "chair" | "signer" | "seal";
export interface SigningEvent {
  what: string;
  role: string;
  name: string;
  at: number;
  detail: string;
}
export interface Signing {
  roles: { role: Role; name: string; signed_at: number }[];
  next_role: Role | "";
  may_sign: boolean;
  may_recall: boolean;
  revision: number;
  sha256: string;
  number: number;
  /** Number or day are still to be written into the fields kept for them. */
  number_open: boolean;
  sample: boolean;
  token: boolean;
  remote: boolean;
  upload: boolean;
  local_service: string;
  /** What this document takes the place of, and what takes its own; `done`: the newer one is signed. */
  corrects: { page: string; reason: string } | null;
  corrected_by: { page: string; done: boolean } | null;
  events: SigningEvent[];
  proof_waits: boolean;
}
