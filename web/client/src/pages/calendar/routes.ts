import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/calendar", component: () => import("./CalendarPage.vue"), meta: { layout: "office", title: "Lịch họp" } },
  {
    path: "/meetings/new",
    component: () => import("./MeetingForm.vue"),
    meta: { layout: "office", title: "Lập cuộc họp" },
  },
  {
    path: "/meetings/:id/edit",
    component: () => import("./MeetingForm.vue"),
    props: true,
    meta: { layout: "office", title: "Sửa cuộc họp" },
  },
] satisfies RouteRecordRaw[];
