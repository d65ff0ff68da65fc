import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/signature", component: () => import("./SignaturePage.vue"), meta: { layout: "office", title: "Chữ ký số" } },
] satisfies RouteRecordRaw[];
