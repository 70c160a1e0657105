import { versionAtLeast } from '../../../kernel/kernel-version.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { leadingNumber } from './parse-integer.ts';

/** What `get_option` returns: nothing there, a number, one with a comma behind it, one that a `-` makes a range. */
const NONE = 0;
const LAST = 1;
const MORE = 2;
const RANGE = 3;

interface Option {
  readonly kind: number;
  /** Undefined: nothing is stored. */
  readonly value?: bigint;
  /** Characters passed over. */
  readonly length: number;
}

/** `get_option`, lib/cmdline.c. Before 5.11 a sign alone passes for a number. */
function readOption(call: GuestCall, text: string): Option {
  if (text === '') return { kind: NONE, length: 0 };
  const sign = text[0] === '-' ? 1 : 0;
  const { value, length } = leadingNumber(text.slice(sign), 0);
  const used = length + sign;
  const common = { value: sign === 1 ? -value : value, length: used };
  if (length === 0 && (sign === 0 || versionAtLeast(call.kernel, 5, 11))) return { ...common, kind: NONE };
  if (text[used] === ',') return { ...common, length: used + 1, kind: MORE };
  return { ...common, kind: text[used] === '-' ? RANGE : LAST };
}

/** `get_option`: a number at the front of what a pointer points to, which is moved behind it and a comma. */
function getOption(call: GuestCall): number {
  const { memory } = call;
  const [place, target] = [call.pointer(0), call.pointer(1)];
  const start = memory.readPointer(place);
  const { kind, value, length } = readOption(call, start === 0 ? '' : memory.readCString(start));
  if (value === undefined) return kind;
  if (target !== 0) memory.writeU32(target, Number(BigInt.asUintN(32, value)));
  memory.writePointer(place, start + length);
  return kind;
}

/** `simple_strtol` into an int. */
function leadingInt(text: string): number {
  const sign = text[0] === '-' ? 1 : 0;
  const { value } = leadingNumber(text.slice(sign), 0);
  return Number(BigInt.asIntN(32, sign === 1 ? -value : value));
}

/**
 * `get_options`, lib/cmdline.c: numbers with commas and ranges into an array whose first element is their count; where
 * the text goes on. With a size of 0 they are only counted.
 */
function getOptions(call: GuestCall): number {
  const { memory } = call;
  const [start, target] = [call.pointer(0), call.pointer(2)];
  const room = call.int(1);
  const text = memory.readCString(start);
  const store = (index: number, value: number): void => {
    if (index < Math.max(room, 1)) memory.writeU32(target + 4 * index, value >>> 0);
  };
  let [at, index] = [0, 1];
  while (room === 0 || index < room) {
    const { kind, value = 0n, length } = readOption(call, text.slice(at));
    const number = Number(BigInt.asIntN(32, value));
    at += length;
    if (length > 0) store(room === 0 ? 0 : index, number);
    if (kind === NONE) break;
    if (kind === RANGE) {
      // `get_range`: the last number of a range is taken in the next round.
      const count = leadingInt(text.slice(++at)) - number;
      if (count < 0) break;
      for (let each = 0; each < Math.min(count, room - index); each++) store(index + each, number + each);
      index += count - 1;
    }
    index++;
    if (kind === LAST) break;
  }
  memory.writeU32(target, (index - 1) >>> 0);
  return start + at;
}

/** Numbers on a command line: lib/cmdline.c. */
export const optionFunctions = () =>
  rowsOf('lib/cmdline.c', [
    ['int get_option(char **str, int *pint)', getOption],
    ['char *get_options(const char *str, int nints, int *ints)', getOptions],
  ]);
