import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/accounts",
    component: () => import("./AccountsPage.vue"),
    meta: { layout: "office", title: "Tài khoản" },
  },
] satisfies RouteRecordRaw[];
