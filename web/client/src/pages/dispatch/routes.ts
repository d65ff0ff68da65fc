import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/meetings/:id/dispatch",
    component: () => import("./DispatchPage.vue"),
    props: true,
    meta: { layout: "office", title: "Gửi văn bản" },
  },
] satisfies RouteRecordRaw[];
