import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/minutes/:id",
    alias: "/meetings/:id/minutes",
    component: () => import("./MinutesPage.vue"),
    props: true,
    meta: { layout: "office", title: "Biên bản" },
  },
] satisfies RouteRecordRaw[];
