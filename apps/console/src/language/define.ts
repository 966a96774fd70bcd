import type { Texts } from './texts.ts';

/** Keeps the type of each text, and asks for both languages. */
export const texts = <const T extends Texts>(all: T): T => all;
