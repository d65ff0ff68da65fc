import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/devices",
    component: () => import("./DevicesPage.vue"),
    meta: { layout: "office", title: "Thiết bị phòng họp" },
  },
] satisfies RouteRecordRaw[];
