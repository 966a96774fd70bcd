import type { Language } from '../errors.ts';

/** From the name of a reason to its texts, or to a function that fills values into them. */
export type ReasonTable = Record<string, Texts | ((...filled: never[]) => Texts)>;

type Texts = Record<Language, string>;
