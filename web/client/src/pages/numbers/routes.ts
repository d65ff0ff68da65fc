import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/numbers", component: () => import("./NumbersPage.vue"), meta: { layout: "office", title: "Sổ văn bản" } },
] satisfies RouteRecordRaw[];
