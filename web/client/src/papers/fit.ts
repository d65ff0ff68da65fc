/** How large a page is drawn. Sizes are CSS pixels; a scale of 1 draws a point as a pixel. */
export interface Size {
  width: number;
  height: number;
}

/** A canvas never holds more pixels than this (64 MB of memory), however dense the screen and far the zoom. */
export const MOST_PIXELS = 16 * 1024 * 1024;
export const NEAREST = 6;

/** The scale at which the whole page fits into `room`. */
export function fitPage(page: Size, room: Size): number {
  return Math.max(0.05, Math.min(room.width / page.width, room.height / page.height));
}

/** The zoom, 1 being the whole page, at which the page is as wide as `room`. */
export function zoomToWidth(page: Size, room: Size): number {
  return bounded(room.width / page.width / fitPage(page, room));
}

/** Between the whole page and six times that. */
export function bounded(zoom: number): number {
  return Math.min(NEAREST, Math.max(1, zoom));
}

/** Canvas pixels to a CSS pixel: the screen's density, less where the canvas would grow too large. */
export function density(drawn: Size, screen: number): number {
  return Math.min(screen, Math.sqrt(MOST_PIXELS / (drawn.width * drawn.height)));
}

/** A page number that the paper has. */
export function within(page: number, pages: number): number {
  return Math.min(Math.max(1, Math.round(page) || 1), Math.max(1, pages));
}
