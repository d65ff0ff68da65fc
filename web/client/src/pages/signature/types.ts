/** As GET /api/signing/certificates tells. */
export interface Certificate {
  id: string;
  person: string;
  name: string;
  unit_name: string;
  organ: boolean;
  subject: string;
  issuer: string;
  serial: string;
  not_before: number;
  not_after: number;
  state: "waiting" | "enrolled" | "retired";
  asked_at: number;
  proved_at: number;
  decided_at: number;
  mine: boolean;
  may_confirm: boolean;
  may_retire: boolean;
}

/** People are warned so many milliseconds before a certificate ends. */
export const WARN = 30 * 86_400_000;

/** What a person sees of a certificate: its state, and whether its time is over or nearly so. */
export function mark(one: Certificate, now: number): "proof" | "waiting" | "early" | "enrolled" | "ending" | "ended" | "retired" {
  if (one.state === "retired") return "retired";
  if (one.not_after < now) return "ended";
  if (one.state === "waiting") return one.proved_at ? "waiting" : "proof";
  if (one.not_before > now) return "early";
  return one.not_after < now + WARN ? "ending" : "enrolled";
}

/** A name inside a certificate without the words that only its format needs. */
export const plain = (name: string) => name.replace(/(^|[,;] )(Common Name|Organization|Organizational Unit|Country|Locality|State\/Province|Serial Number): /g, "$1");

/** The certificates that end soon while nothing newer of the same holder is there to follow them. */
export function ending(all: Certificate[], now: number): Certificate[] {
  return all.filter(
    (one) =>
      one.mine &&
      ["ending", "ended"].includes(mark(one, now)) &&
      one.state === "enrolled" &&
      !all.some((other) => other.person === one.person && other.state !== "retired" && other.not_after > one.not_after),
  );
}
