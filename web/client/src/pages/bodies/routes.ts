import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/bodies", component: () => import("./BodiesPage.vue"), meta: { layout: "office", title: "Tập thể" } },
] satisfies RouteRecordRaw[];
