/** A code that nobody has words for, as words: `IN_PERSON` gives "In person". */
export function codeWords(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
