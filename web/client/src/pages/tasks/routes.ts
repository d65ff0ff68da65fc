import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/tasks", component: () => import("./TasksPage.vue"), meta: { layout: "office", title: "Giao việc" } },
] satisfies RouteRecordRaw[];
