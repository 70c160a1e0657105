import { ALGORITHMS } from './algorithms.ts';
import type { Generate } from './arguments.ts';
import { BITMAPS } from './bitmaps.ts';
import { FORMATS } from './formats.ts';
import { LIBRARY } from './library.ts';
import { NUMBERS } from './numbers.ts';
import { STRINGS } from './strings.ts';

/** Modelled functions that the kernel's own code can stand in for, and arguments for them. */
export const CASES: Readonly<Record<string, Generate>> = {
  ...STRINGS,
  ...NUMBERS,
  ...FORMATS,
  ...BITMAPS,
  ...LIBRARY,
  ...ALGORITHMS,
};
