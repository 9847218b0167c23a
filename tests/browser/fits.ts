// What a person would call cut or overlapping, found in the page itself: text beyond the glass or its box, and text upon text.
import type { Page } from '@playwright/test';

/** Complaints about text that cannot be read where it stands. `glass`: nobody scrolls, so the lower edge counts too. */
export function misfits(page: Page, glass: boolean): Promise<string[]> {
  return page.evaluate(findMisfits, glass);
}

/** Runs in the page: everything it needs is inside it. */
function findMisfits(glass: boolean): string[] {
  interface Line {
    words: string;
    of: Element;
    left: number;
    right: number;
    top: number;
    bottom: number;
  }
  const SLACK = 1.5;
  /** The part of a line's box that letters fill; fonts for Chinese reserve half as much again. */
  const INK = 0.72;
  const complaints = new Set<string>();

  const seen = (element: Element): boolean => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    for (let at: Element | null = element; at; at = at.parentElement) {
      if (getComputedStyle(at).clipPath.startsWith('inset(50%')) return false; // words for readers alone
    }
    return true;
  };

  const linesOf = (text: Text, of: Element): Line[] => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const ink = Number.parseFloat(getComputedStyle(of).fontSize) * INK;
    return Array.from(range.getClientRects())
      .filter((box) => box.width > 0.5 && box.height > 0.5)
      .map((box) => {
        const middle = (box.top + box.bottom) / 2;
        const half = Math.min(ink, box.height) / 2;
        const words = (text.textContent ?? '').trim().slice(0, 40);
        return { words, of, left: box.left, right: box.right, top: middle - half, bottom: middle + half };
      });
  };

  /** Whether a box that scrolls has the line, or a part of it, beyond its edge: whoever scrolls sees it. */
  const scrolledAway = (line: Line): boolean => {
    for (let at: Element | null = line.of; at && at !== document.documentElement; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      if (/auto|scroll/.test(overflowX) && (line.left < box.left - SLACK || line.right > box.right + SLACK)) return true;
      if (/auto|scroll/.test(overflowY) && (line.top < box.top - SLACK || line.bottom > box.bottom + SLACK)) return true;
    }
    return false;
  };

  /** What hides the line's end: the glass, or a box around it that does not scroll. */
  const cutBy = (line: Line): string | undefined => {
    if (line.left < -SLACK || line.right > innerWidth + SLACK) return 'the side of the glass';
    if (glass && (line.top < -SLACK || line.bottom > innerHeight + SLACK)) return 'the edge of the glass';
    for (let at = line.of.parentElement && line.of; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const across = style.overflowX !== 'visible';
      const along = style.overflowY !== 'visible';
      if (!across && !along) continue;
      const box = at.getBoundingClientRect();
      const name = `<${at.tagName.toLowerCase()} class="${at.getAttribute('class') ?? ''}">`;
      if (['auto', 'scroll'].includes(style.overflowX) || ['auto', 'scroll'].includes(style.overflowY)) return undefined;
      if (across && (line.left < box.left - SLACK || line.right > box.right + SLACK)) return name;
      if (along && (line.top < box.top - SLACK || line.bottom > box.bottom + SLACK)) return name;
    }
    return undefined;
  };

  const layer = (element: Element): Element | null => element.closest('dialog, [popover], [data-floats]');
  const lines: Line[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const of = node.parentElement;
    if (!of || !node.textContent?.trim() || of.closest('noscript, script, style, svg, option') || !seen(of)) continue;
    lines.push(...linesOf(node as Text, of).filter((line) => !scrolledAway(line)));
  }
  for (const line of lines) {
    const cut = cutBy(line);
    if (cut) complaints.add(`“${line.words}” is cut by ${cut}`);
  }
  const sorted = lines.sort((a, b) => a.top - b.top);
  sorted.forEach((line, at) => {
    for (const other of sorted.slice(at + 1)) {
      if (other.top > line.bottom - SLACK) break;
      const across = Math.min(line.right, other.right) - Math.max(line.left, other.left);
      const along = Math.min(line.bottom, other.bottom) - Math.max(line.top, other.top);
      if (across > 2 && along > 2 && layer(line.of) === layer(other.of)) {
        complaints.add(`“${line.words}” and “${other.words}” stand upon each other`);
      }
    }
  });
  return [...complaints];
}
