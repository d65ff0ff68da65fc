import { expect, test, vi } from "vitest";
import { play } from "./play";

const failing = (name: string) => ({ play: () => Promise.reject(new DOMException("", name)) }) as unknown as HTMLMediaElement;

test("only a browser that wants a press first is a refusal; a play that another stream cut off is none", async () => {
  const refused = vi.fn();
  play(failing("AbortError"), refused);
  play(failing("NotSupportedError"), refused);
  await Promise.resolve();
  expect(refused).not.toHaveBeenCalled();
  play(failing("NotAllowedError"), refused);
  await vi.waitFor(() => expect(refused).toHaveBeenCalledOnce());
});
