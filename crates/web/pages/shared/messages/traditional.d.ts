declare module 'virtual:traditional' {
  /** Every key's Traditional sentence, made by build/traditional.ts. */
  export const traditional: Readonly<Record<string, string>>;
  /** The same of words/refusals.ts. */
  export const traditionalRefusals: Readonly<Record<string, string>>;
}
