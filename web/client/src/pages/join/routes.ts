import type { RouteRecordRaw } from "vue-router";

/** Tokens come in the address's fragment, which no server and no log sees. */
export default [
  { path: "/join/hall", component: () => import("./JoinHall.vue"), meta: { open: true, title: "Vào họp từ phòng họp" } },
  { path: "/join/guest", component: () => import("./JoinGuest.vue"), meta: { open: true, title: "Khách mời" } },
] satisfies RouteRecordRaw[];
