import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/verify", component: () => import("./VerifyPage.vue"), meta: { open: true, title: "Xác minh" } },
] satisfies RouteRecordRaw[];
