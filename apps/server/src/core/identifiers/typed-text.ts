/** What copying and other keyboards leave in a text without anybody meaning it. */

/** Bidirectional controls, zero-width and other ignorable characters; the two joiners aside, which spell words. */
const ignorable = /(?![\u200C\u200D])\p{Default_Ignorable_Code_Point}/gu;
const edges = /^[\s\p{Default_Ignorable_Code_Point}]+|[\s\p{Default_Ignorable_Code_Point}]+$/gu;
const betweenDigits = /[\s\p{Pd}\u2212\u200C\u200D]/gu;

/** Full-width and other compatibility forms folded, what cannot be seen left out, no space around it. */
export function plainTyped(text: string): string {
  return text.normalize('NFKC').replaceAll(ignorable, '').normalize('NFKC').trim();
}

/** Without the spaces and direction marks that a selection takes along. What is inside stays as it is. */
export function withoutEdges(text: string): string {
  return text.replaceAll(edges, '');
}

/** Digits of any script as ASCII ones, without spaces and hyphens: `５６３ 378` and `563-378` are `563378`. */
export function plainDigits(text: string): string {
  return plainTyped(text)
    .replaceAll(betweenDigits, '')
    .replaceAll(/\p{Nd}/gu, asciiDigit);
}

/** Unicode's decimal digits stand in runs that begin with a zero and hold whole tens. */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let first = codePoint;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((codePoint - first) % 10);
}
