import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { loadMe } from "./session";

/**
 * Every feature adds `src/pages/<feature>/routes.ts` with `export default [...] satisfies RouteRecordRaw[]`.
 * `meta.layout: "office"` puts the page inside the office layout; `meta.open: true` needs no signing in;
 * `meta.title` is the window's title.
 */
declare module "vue-router" {
  interface RouteMeta {
    layout?: "office";
    open?: boolean;
    title?: string;
  }
}

const found = import.meta.glob<{ default: RouteRecordRaw[] }>("./pages/*/routes.ts", { eager: true });
const all = Object.values(found).flatMap((one) => one.default);

export const router = createRouter({
  history: createWebHistory("/"),
  routes: [
    { path: "/", redirect: "/calendar" },
    {
      path: "/",
      component: () => import("./layouts/OfficeLayout.vue"),
      children: all.filter((one) => one.meta?.layout === "office"),
    },
    ...all.filter((one) => one.meta?.layout !== "office"),
    { path: "/:rest(.*)*", component: () => import("./pages/sign-in/NotFound.vue"), meta: { open: true } },
  ],
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  try {
    return (await loadMe()) ? true : { path: "/sign-in", query: { next: to.fullPath } };
  } catch {
    return { path: "/sign-in", query: { next: to.fullPath } };
  }
});

router.afterEach((to) => {
  document.title = to.meta.title ? `${to.meta.title} · Điểm Cầu` : "Điểm Cầu";
});
