// What a chart draws.

export interface Series {
  name: string;
  /** One for each place; a gap where there is nobody. */
  values: (number | null)[];
  /** A name of the tokens. */
  colour: 'brand' | 'warn' | 'good' | 'strong-line';
  /** Series of one scale share their axis, whose words `unit` is. */
  scale: string;
  unit: string;
  bars?: boolean;
  dashed?: boolean;
}
