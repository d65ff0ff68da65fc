import type { RouteRecordRaw } from "vue-router";

const page = () => import("./RoomPage.vue");
const title = "Phòng họp";

/** `/room/<meeting>` shows the page of one's role; the others open one page by name. */
export default [
  { path: "/room/:meeting", component: page, meta: { open: true, title } },
  { path: "/room/:meeting/check", component: () => import("./DeviceCheck.vue"), meta: { open: true, title: "Kiểm tra thiết bị" } },
  { path: "/room/:meeting/:page(chair|secretary|hall|console|companion|wall|checks)", component: page, meta: { open: true, title } },
] satisfies RouteRecordRaw[];
