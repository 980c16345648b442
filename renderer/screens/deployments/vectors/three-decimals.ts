/** 0.5 → "0.500": figures of one kind below each other, and never a plain 1 for what is only nearly one. */
export function threeDecimals(value: number, language: string): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(value);
}
