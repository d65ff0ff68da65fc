import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/letters/:id",
    component: () => import("./LetterPage.vue"),
    props: true,
    meta: { layout: "office", title: "Văn bản" },
  },
] satisfies RouteRecordRaw[];
