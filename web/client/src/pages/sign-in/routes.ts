import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/sign-in", component: () => import("./SignIn.vue"), meta: { open: true, title: "Đăng nhập" } },
  { path: "/activate", component: () => import("./ActivatePage.vue"), meta: { open: true, title: "Kích hoạt tài khoản" } },
] satisfies RouteRecordRaw[];
