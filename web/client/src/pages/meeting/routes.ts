import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/meetings/:id",
    component: () => import("./MeetingPage.vue"),
    props: true,
    meta: { layout: "office", title: "Cuộc họp" },
  },
] satisfies RouteRecordRaw[];
