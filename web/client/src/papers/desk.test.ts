import { describe, expect, it } from "vitest";
import { computed, ref } from "vue";
import type { Mine, Sections } from "@/room/sections";
import { makeDesk } from "./desk";

function sitting(me = "follower") {
  const presentation = ref({ document: "", page: 0, by: "", site: "" });
  const asked: [string, object][] = [];
  let release: (() => void)[] = [];
  const desk = makeDesk({
    view: computed(() => ({ presentation: presentation.value }) as Sections),
    me: computed(() => ({ id: me, may_present: me === "chair" }) as Mine),
    ask: (name, payload = {}) => {
      asked.push([name, payload]);
      return new Promise((resolve) => release.push(() => resolve(true)));
    },
  });
  const show = (page: number, document = "paper") => (presentation.value = { document, page, by: "chair", site: "" });
  const answer = async () => {
    for (const one of release.splice(0)) one();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { desk, show, asked, answer, end: () => (presentation.value = { document: "", page: 0, by: "", site: "" }) };
}

describe("following", () => {
  it("is on the presenter's page at once, whoever comes late", () => {
    const { desk, show } = sitting();
    show(7);
    expect([desk.document.value, desk.page.value, desk.leading.value]).toEqual(["paper", 7, false]);
  });
  it("is left by turning a page, and the own page is kept while the others go on", () => {
    const { desk, show, asked } = sitting();
    show(2);
    desk.turn(3);
    show(9);
    expect([desk.following.value, desk.page.value]).toEqual([false, 3]);
    desk.follow(true);
    expect(desk.page.value).toBe(9);
    expect(asked).toEqual([]);
  });
  it("leaves the paper open on the own page when the presentation ends, and follows the next one", () => {
    const { desk, show, end } = sitting();
    show(2);
    desk.turn(5);
    end();
    expect([desk.document.value, desk.page.value]).toEqual(["paper", 5]);
    show(1, "next");
    expect([desk.document.value, desk.page.value]).toEqual(["next", 1]);
  });
  it("opens another paper beside the one that is shown", () => {
    const { desk, show } = sitting();
    show(2);
    desk.open("other", 4);
    expect([desk.document.value, desk.page.value, desk.following.value]).toEqual(["other", 4, false]);
  });
});

describe("presenting", () => {
  it("turns one page at a time for all and skips those that were leafed through meanwhile", async () => {
    const { desk, show, asked, answer } = sitting("chair");
    show(1);
    for (const page of [2, 3, 4]) desk.turn(page);
    expect([desk.page.value, asked.map(([, payload]) => payload)]).toEqual([4, [{ document: "paper", page: 2 }]]);
    show(2);
    await answer();
    show(4);
    await answer();
    expect(asked.map(([, payload]) => payload)).toEqual([{ document: "paper", page: 2 }, { document: "paper", page: 4 }]);
    expect(desk.page.value).toBe(4);
  });
});
