// Light, dark, or as the device wishes. tokens.css reads what is set here.

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The theme of that name; what nobody knows follows the device. */
export function themeOf(name: string | null | undefined): Theme {
  return themes.find((theme) => theme === name) ?? 'auto';
}

export function wear(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
