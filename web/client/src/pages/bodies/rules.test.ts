import { describe, expect, it } from "vitest";
import { formOf, fraction, needed, read } from "./rules";

const whole = { ...formOf(), name: " Ủy ban nhân dân (mẫu) ", members: "15" };

describe("a body's form", () => {
  it("begins with the rules of a People's Committee and says them as the API wants them", () => {
    expect(read(whole)).toEqual({
      rules: {
        name: "Ủy ban nhân dân (mẫu)",
        members: 15,
        quorum: [2, 3],
        choices: ["Tán thành", "Không tán thành", "Không biểu quyết"],
        majority_base: "members",
        threshold: [1, 2],
        tie: "fails",
        substitutes_vote: false,
      },
    });
  });

  it("gives back the rules that it was filled with", () => {
    const found = read({ ...whole, quorum: "", threshold: "3/5" });
    expect("rules" in found && read(formOf(found.rules))).toEqual(found);
  });

  it.each([
    ["name", { name: "  " }],
    ["members", { members: "0" }],
    ["members", { members: "10001" }],
    ["members", { members: "1.5" }],
    ["quorum", { quorum: "3/2" }],
    ["quorum", { quorum: "hai phần ba" }],
    ["choices", { choices: "Đồng ý\n \n" }],
    ["choices", { choices: "Đồng ý\nĐồng ý " }],
    ["choices", { choices: `Đồng ý\n${"x".repeat(61)}` }],
    ["threshold", { threshold: "1/0" }],
    ["threshold", { threshold: "2/2" }],
  ])("names %s as wrong in %j", (field, change) => {
    expect(read({ ...whole, ...change })).toEqual({ wrong: [field] });
  });
});

it("reads fractions and counts whole people", () => {
  expect(fraction(" 2 / 3 ")).toEqual([2, 3]);
  expect(fraction("-1/3")).toBeUndefined();
  expect(needed(20, [2, 3])).toBe(14);
  expect(needed(6, [2, 3])).toBe(4);
});
