// Spoken guidance: the browser's own voice where it has one for the language, else the lobby's.
import type { Language } from '../shared/messages/index.ts';

/** Tags of voices that speak a language of ours. */
const VOICES: Record<Language, RegExp> = {
  'zh-CN': /^(zh|cmn)/i,
  'zh-Hant': /^(zh[-_](hk|tw|hant)|yue|zh|cmn)/i,
  en: /^en/i,
};
/** A little slower than usual: it is heard in a hall, by people who do not know the machine. */
const RATE = 0.9;
/** What the lobby reads at most, in characters. */
const LONGEST = 400;

/** Says one thing at a time; the newest counts. */
export class Speaker {
  #audio: HTMLAudioElement | undefined;
  #last: { text: string; language: Language; tag: string } | undefined;

  /** `tag`: what the branch calls the language. */
  say(text: string, language: Language, tag: string): void {
    if (!text) return;
    this.stop();
    this.#last = { text, language, tag };
    const voice = globalThis.speechSynthesis?.getVoices().find((one) => VOICES[language].test(one.lang));
    if (voice) {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice;
      words.lang = voice.lang;
      words.rate = RATE;
      speechSynthesis.speak(words);
      return;
    }
    const query = new URLSearchParams({ role: 'kiosk', language: tag, text: text.slice(0, LONGEST) });
    this.#audio = new Audio(`/api/v1/speech?${query}`);
    // A machine without a voice says nothing; what it would say stands on the glass.
    this.#audio.play().catch(() => undefined);
  }

  /** Says the last thing once more. */
  again(): void {
    if (this.#last) this.say(this.#last.text, this.#last.language, this.#last.tag);
  }

  stop(): void {
    globalThis.speechSynthesis?.cancel();
    this.#audio?.pause();
    this.#audio = undefined;
  }
}

/** Tells when headphones are plugged in. Nothing where the browser keeps devices to itself (pages without TLS). */
export function onHeadphones(plugged: () => void): () => void {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return () => undefined;
  const count = async () => (await devices.enumerateDevices()).filter((one) => one.kind === 'audiooutput').length;
  let before = count();
  const changed = async () => {
    const [was, is] = [await before, await count()];
    before = Promise.resolve(is);
    if (is > was) plugged();
  };
  const listen = () => void changed().catch(() => undefined);
  devices.addEventListener('devicechange', listen);
  return () => devices.removeEventListener('devicechange', listen);
}

/** A number as it is said: its letters and digits one by one. */
export function spelled(number: string): string {
  return [...number].join(' ');
}

/** What stands on a control, for ears: its parts with pauses between. */
export function wordsOf(element: Element): string {
  const label = element.getAttribute('aria-label');
  if (label) return label;
  const parts: string[] = [];
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.textContent?.trim();
    if (text && !node.parentElement?.closest('[aria-hidden=true]')) parts.push(text);
  }
  return parts.join('，');
}
