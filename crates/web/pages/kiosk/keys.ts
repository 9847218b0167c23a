// Keys of a tactile keypad, and keys that lead nowhere: nobody leaves the page.

export type TactileAct = 'help' | 'again' | 'language' | 'large' | 'contrast' | 'low' | 'speech' | 'home' | 'next' | 'previous';

/** What a tactile key does. Documented in crates/web/README.md. */
const TACTILE: Readonly<Record<string, TactileAct>> = {
  F1: 'help',
  F2: 'again',
  F3: 'language',
  F4: 'large',
  F6: 'contrast',
  F7: 'low',
  F8: 'speech',
  Escape: 'home',
  ArrowDown: 'next',
  ArrowRight: 'next',
  ArrowUp: 'previous',
  ArrowLeft: 'previous',
};

export function tactile(event: KeyboardEvent): TactileAct | undefined {
  return event.ctrlKey || event.altKey || event.metaKey ? undefined : TACTILE[event.key];
}

/** Keys that would reload, print, search, go back or open something. */
export function leadsAway(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey) return true;
  return /^(F\d+|BrowserBack|BrowserForward|BrowserHome|BrowserSearch|ContextMenu|Backspace)$/.test(event.key);
}

/** Moves the focus among the controls that can be used, round and round. */
export function moveFocus(root: HTMLElement, step: 1 | -1): void {
  const scope = root.querySelector<HTMLElement>('dialog[open]') ?? root;
  const controls = [...scope.querySelectorAll<HTMLElement>('button:not(:disabled)')].filter((one) => one.offsetParent !== null);
  if (controls.length === 0) return;
  const at = controls.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (step > 0 ? 0 : controls.length - 1) : (at + step + controls.length) % controls.length;
  controls[next]?.focus();
}

/** Closes the ways out that are no keys. Returns how to open them again. */
export function stayHere(onBack: () => void): () => void {
  const no = (event: Event) => event.preventDefault();
  const pinch = (event: TouchEvent) => event.touches.length > 1 && event.preventDefault();
  const zoom = (event: WheelEvent) => event.ctrlKey && event.preventDefault();
  const back = () => {
    history.pushState(null, '', location.href);
    onBack();
  };
  history.pushState(null, '', location.href);
  addEventListener('popstate', back);
  for (const kind of ['contextmenu', 'dragstart', 'drop', 'dragover', 'gesturestart']) document.addEventListener(kind, no);
  document.addEventListener('touchmove', pinch, { passive: false });
  document.addEventListener('wheel', zoom, { passive: false });
  return () => {
    removeEventListener('popstate', back);
    for (const kind of ['contextmenu', 'dragstart', 'drop', 'dragover', 'gesturestart']) document.removeEventListener(kind, no);
    document.removeEventListener('touchmove', pinch);
    document.removeEventListener('wheel', zoom);
  };
}
