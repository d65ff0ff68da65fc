import type { RouteRecordRaw } from "vue-router";

export default [{ path: "/asks", component: () => import("./AsksPage.vue"), meta: { layout: "office", title: "Chờ tôi ký" } }] satisfies RouteRecordRaw[];
