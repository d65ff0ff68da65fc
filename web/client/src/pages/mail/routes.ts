import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/meetings/:id/mail", component: () => import("./MailPage.vue"), props: true, meta: { layout: "office", title: "Thư mời họp" } },
] satisfies RouteRecordRaw[];
