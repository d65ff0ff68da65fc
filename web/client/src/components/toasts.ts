import { reactive } from "vue";

export interface Toast {
  key: number;
  text: string;
  kind: "info" | "good" | "bad";
}

const list = reactive<Toast[]>([]);
let count = 0;

/** Short messages at the edge of the page. `bad` ones stay until closed; others go after six seconds. */
export function useToasts() {
  function close(key: number): void {
    const at = list.findIndex((one) => one.key === key);
    if (at >= 0) list.splice(at, 1);
  }
  function say(text: string, kind: Toast["kind"] = "info"): void {
    if (list.some((one) => one.text === text)) return;
    const key = ++count;
    list.push({ key, text, kind });
    if (list.length > 4) list.shift();
    if (kind !== "bad") setTimeout(() => close(key), 6000);
  }
  return { list, say, close };
}
