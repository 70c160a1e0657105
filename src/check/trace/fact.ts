import type { Kernel } from '../../kernel/kernel.ts';
import type { LoadInfo } from '../../kernel/load-info.ts';
import { crcWord } from '../words.ts';

/** One thing that a stage read, checked or set. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** What there is to see behind a stage. It must not change what it is shown. */
export type Describe = (kernel: Kernel, info: LoadInfo) => readonly Fact[];

export function fact(label: string, value: string | number | boolean): Fact {
  return { label, value: String(value) };
}

/** `a, b`, or `none`. */
export function listOf(words: readonly string[]): string {
  return words.join(', ') || 'none';
}

export function crcOf(crc: number | undefined): string {
  return crc === undefined ? 'none' : crcWord(crc);
}
