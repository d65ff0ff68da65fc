import { computed, ref } from "vue";

/** Vietnamese first; the choice is kept on the device. */
export type Language = "vi" | "en";

function kept(): Language {
  try {
    return localStorage.getItem("language") === "en" ? "en" : "vi";
  } catch {
    return "vi";
  }
}

export const language = ref<Language>(kept());

export function setLanguage(value: Language): void {
  language.value = value;
  try {
    localStorage.setItem("language", value);
  } catch {
    /* storage is forbidden: the choice lasts as long as the page */
  }
}

/**
 * A feature's dictionary. English must have every key of the Vietnamese one (the type says so).
 * `const t = dictionary(vi, en)`; in a template `{{ t("save") }}`, with values `t("pages", { n: 3 })` for `{n}`.
 */
export function dictionary<V extends Record<string, string>>(vi: V, en: Record<keyof V, string>) {
  const words = computed<Record<keyof V, string>>(() => (language.value === "en" ? en : vi));
  return (key: keyof V, values: Record<string, string | number> = {}): string =>
    words.value[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
