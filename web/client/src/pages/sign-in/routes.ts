import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/sign-in", component: () => import("./SignIn.vue"), meta: { open: true, title: "Đăng nhập" } },
] satisfies RouteRecordRaw[];
