/**
 * Type of a translation: the same keys as the English catalogue, except that a language without a singular needs no
 * `_one`. A missing or superfluous key is then a compile error; placeholders are compared by a test.
 */
export type Translated<Texts> = {
  [Key in keyof Texts as Key extends `${string}_one` ? never : Key]: Texts[Key] extends string ? string : Translated<Texts[Key]>;
};
