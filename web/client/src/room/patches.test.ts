import { expect, test } from "vitest";
import { applyView } from "./patches";
import type { Conclusions } from "./sections";

const conclusions: Conclusions = { conclusions: [], tasks: [] };

test("a patch that follows replaces its sections only", () => {
  const held = { seq: 4, sections: { conclusions, agenda: { current: "a", items: [] } } };
  const next = applyView(held, { after: 4, seq: 6, set: { agenda: { current: "b", items: [] } } });
  expect(next).toEqual({ seq: 6, sections: { conclusions, agenda: { current: "b", items: [] } } });
});

test("a gap is seen, and a patch before any view", () => {
  expect(applyView({ seq: 4, sections: {} }, { after: 5, seq: 6, set: {} })).toBeNull();
  expect(applyView(null, { after: 0, seq: 1, set: {} })).toBeNull();
});

test("a whole view replaces everything", () => {
  const next = applyView({ seq: 9, sections: { conclusions } }, { after: 0, seq: 3, set: {}, whole: true });
  expect(next).toEqual({ seq: 3, sections: {} });
});
