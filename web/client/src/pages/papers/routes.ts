import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/meetings/:meeting/papers/:document",
    component: () => import("./PaperPage.vue"),
    props: true,
    meta: { layout: "office", title: "Tài liệu" },
  },
] satisfies RouteRecordRaw[];
