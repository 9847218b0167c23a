// Everything on the glass at once: letters shrink before anybody has to scroll.

/** Steps in which letters shrink, and how far. Below it the view scrolls: then something else is wrong. */
const STEP = 0.04;
const SMALLEST = 0.56;

/** Letters of the usual size: 2.2 % of the shorter side, in a hall of any glass. Pixels. */
export function usualSize(width: number, height: number): number {
  return Math.min(Math.max(14, Math.min(0.022 * Math.min(width, height), 0.017 * Math.max(width, height))), 40);
}

/** A tile with a long name may have smaller letters than its neighbours; so far. */
const TILE_STEP = 0.05;
const TILE_SMALLEST = 0.6;

/**
 * Sets the size of the page's letters: the largest, down from `size`, at which nothing of `root` is cut. Parts that may
 * be cut say so by `data-fit`, tiles that shrink by themselves by `data-fit="own"`.
 */
export function fit(root: HTMLElement, size: number): void {
  const html = document.documentElement;
  const parts = [root, ...root.querySelectorAll<HTMLElement>('[data-fit=""]')];
  const tiles = [...root.querySelectorAll<HTMLElement>('[data-fit=own]')];
  for (let scale = 1; ; scale -= STEP) {
    html.style.fontSize = `${(size * scale).toFixed(2)}px`;
    const whole = tiles.every(fitTile) && !parts.some(isCut);
    if (whole || scale - STEP < SMALLEST) return;
  }
}

/** Whether a tile holds its words, in letters as large as it can. */
function fitTile(tile: HTMLElement): boolean {
  for (let scale = 1; scale >= TILE_SMALLEST; scale -= TILE_STEP) {
    tile.style.fontSize = `${scale.toFixed(2)}rem`;
    if (!isCut(tile)) return true;
  }
  return false;
}

function isCut(part: HTMLElement): boolean {
  return part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1;
}
