import { shallowReactive } from "vue";

/** The open modals, the topmost last: only what lies in it can be seen and pressed. */
export const dialogs = shallowReactive<HTMLElement[]>([]);
