import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/directory",
    component: () => import("./DirectoryPage.vue"),
    meta: { layout: "office", title: "Danh mục" },
  },
] satisfies RouteRecordRaw[];
