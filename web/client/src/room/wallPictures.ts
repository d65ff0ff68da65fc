import { computed, onMounted, onUnmounted, reactive, ref, watch, type ComputedRef } from "vue";
import type { Room } from "./room";

export interface WallPictures {
  /** Give to each tile as a function ref. */
  tile: (site: string) => (element: unknown) => void;
  /** The address of a site's newest picture, or nothing. */
  of: (site: string) => string;
  /** The picture did not come: show none until the next one. */
  failed: (site: string) => void;
}

/** A look is renewed so often, and tiles that scroll by are not asked for, in ms. */
const RENEW = 10_000;
const SETTLE = 400;

/** Small pictures of the sites whose tiles are in view; none are asked for while `hidden`. */
export function useWallPictures(room: Room, hidden: ComputedRef<boolean>): WallPictures {
  const versions = reactive<Record<string, number>>({});
  const shown = reactive(new Set<string>());
  const front = ref(document.visibilityState === "visible");
  const sites = computed(() => (hidden.value || !front.value ? [] : [...shown].sort()));
  const elements = new Map<string, Element>();
  const named = new WeakMap<Element, string>();
  const refs = new Map<string, (element: unknown) => void>();
  let settle = 0;

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const site = named.get(target);
        if (!site) continue;
        if (isIntersecting) shown.add(site);
        else shown.delete(site);
      }
    },
    { rootMargin: "120px" },
  );

  /** The same function for a tile at every drawing, so that it is not observed anew each time. */
  function tile(site: string): (element: unknown) => void {
    const known = refs.get(site);
    if (known) return known;
    const set = (element: unknown) => {
      const before = elements.get(site);
      if (before && before !== element) {
        observer.unobserve(before);
        elements.delete(site);
        shown.delete(site);
      }
      if (!(element instanceof Element) || before === element) return;
      elements.set(site, element);
      named.set(element, site);
      observer.observe(element);
    };
    refs.set(site, set);
    return set;
  }

  async function look(): Promise<void> {
    const answer = await room.signal<{ pictures?: Record<string, number> }>("picture.look", { sites: sites.value }).catch(() => null);
    if (answer?.pictures && !hidden.value) Object.assign(versions, answer.pictures);
  }
  function soon(): void {
    clearTimeout(settle);
    settle = window.setTimeout(() => void look(), SETTLE);
  }
  watch(sites, soon);
  watch(hidden, (now) => {
    if (now) for (const site of Object.keys(versions)) delete versions[site];
  });
  const seen = () => (front.value = document.visibilityState === "visible");
  const renewing = window.setInterval(() => sites.value.length && void look(), RENEW);
  const stops = [
    room.onSignal("pictures", ({ sites: news }) => !hidden.value && Object.assign(versions, news)),
    room.onHello(soon),
  ];
  onMounted(() => document.addEventListener("visibilitychange", seen));
  onUnmounted(() => {
    document.removeEventListener("visibilitychange", seen);
    clearTimeout(settle);
    clearInterval(renewing);
    observer.disconnect();
    for (const stop of stops) stop();
    void room.signal("picture.look", { sites: [] }).catch(() => null); // gone with the connection anyhow
  });

  return {
    tile,
    of: (site) => (versions[site] ? `/api/pictures/${room.meeting}/${site}?v=${versions[site]}` : ""),
    failed: (site) => delete versions[site],
  };
}
