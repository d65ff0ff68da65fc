import type { RouteRecordRaw } from "vue-router";

/** What a room PC opens when it starts: its pairing code, then the site's meetings. */
export default [{ path: "/room-device", component: () => import("./RoomDevice.vue"), meta: { open: true, title: "Máy phòng họp" } }] satisfies RouteRecordRaw[];
