import { describe, expect, it } from "vitest";
import { ending, mark, WARN, type Certificate } from "./types";

const NOW = 1_800_000_000_000;
const certificate = (more: Partial<Certificate>): Certificate => ({
  id: "1", person: "an", name: "", unit_name: "", organ: false, subject: "", issuer: "", serial: "", not_before: 0, not_after: NOW + 2 * WARN,
  state: "enrolled", asked_at: 0, proved_at: 1, decided_at: 1, mine: true, may_confirm: false, may_retire: true, ...more,
});

describe("a certificate", () => {
  it("says what is to be done next, and that its time ends", () => {
    expect(mark(certificate({ state: "waiting", proved_at: 0 }), NOW)).toBe("proof");
    expect(mark(certificate({ state: "waiting" }), NOW)).toBe("waiting");
    expect(mark(certificate({}), NOW)).toBe("enrolled");
    expect(mark(certificate({ not_after: NOW + WARN - 1 }), NOW)).toBe("ending");
    expect(mark(certificate({ not_after: NOW - 1 }), NOW)).toBe("ended");
    expect(mark(certificate({ not_before: NOW + 1 }), NOW)).toBe("early");
    expect(mark(certificate({ state: "retired", not_after: NOW - 1 }), NOW)).toBe("retired");
  });

  it("is to be renewed only while nothing newer follows it, and only by its holder", () => {
    const old = certificate({ not_after: NOW + 1 });
    expect(ending([old], NOW)).toEqual([old]);
    expect(ending([old, certificate({ id: "2", state: "waiting" })], NOW)).toEqual([]);
    expect(ending([old, certificate({ id: "2", state: "retired" })], NOW)).toEqual([old]);
    expect(ending([old, certificate({ id: "2", person: "binh" })], NOW)).toEqual([old]);
    expect(ending([{ ...old, mine: false }], NOW)).toEqual([]);
  });
});
