import { describe, expect, it } from "vitest";
import { bounded, density, fitPage, MOST_PIXELS, within, zoomToWidth } from "./fit";

const A4 = { width: 595, height: 842 };

describe("a page on the screen", () => {
  it("fits whole into a wide room by its height and into a narrow one by its width", () => {
    expect(fitPage(A4, { width: 2000, height: 842 })).toBe(1);
    expect(fitPage(A4, { width: 297.5, height: 2000 })).toBe(0.5);
  });
  it("is as wide as the room when asked, and never smaller than whole", () => {
    const room = { width: 1190, height: 842 };
    expect(fitPage(A4, room) * zoomToWidth(A4, room) * A4.width).toBeCloseTo(1190);
    expect(zoomToWidth(A4, { width: 300, height: 2000 })).toBe(1);
    expect([bounded(0.2), bounded(99)]).toEqual([1, 6]);
  });
  it("is sharp on a dense screen and bounded in memory", () => {
    expect(density({ width: 800, height: 1000 }, 3)).toBe(3);
    const far = { width: 6000, height: 8000 };
    expect(far.width * far.height * density(far, 3) ** 2).toBeCloseTo(MOST_PIXELS);
  });
  it("has only the numbers that the paper has", () => {
    expect([within(0, 9), within(12, 9), within(Number.NaN, 9), within(3, 0)]).toEqual([1, 9, 1, 1]);
  });
});
