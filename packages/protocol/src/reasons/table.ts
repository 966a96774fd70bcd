import type { Language } from '../errors.ts';

/** Texts by the name of what is wrong: fixed ones, or functions of what they fill in. */
export type ReasonTable = Record<string, Texts | ((...filled: never[]) => Texts)>;

type Texts = Record<Language, string>;
