import { byteString } from '../../elf/c-string.ts';
import { bytesOf, compareByteStrings } from './bytes.ts';

/*
 * Section `config`: the lines `OPTION=value` of a .config without the prefix `CONFIG_`, sorted by option, each ended by
 * a newline. Options that are not set are absent.
 */
const NEWLINE = 10;
const EQUALS = 61;

/** Value of an option in section `config`, or undefined. Strings come without their quotes. */
export function findOption(lines: Uint8Array, option: string): string | undefined {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = middle === 0 ? 0 : lines.lastIndexOf(NEWLINE, middle - 1) + 1;
    const newline = lines.indexOf(NEWLINE, start);
    const end = newline < 0 ? lines.length : newline;
    const order = compareOption(option, lines, start, end);
    if (order === 0) return unquote(byteString(lines, start + option.length + 1, end));
    if (order < 0) high = start;
    else low = end + 1;
  }
  return undefined;
}

function compareOption(option: string, lines: Uint8Array, start: number, end: number): number {
  for (let i = 0; i < option.length; i++) {
    const byte = start + i < end ? lines[start + i]! : EQUALS;
    if (byte === EQUALS) return 1;
    if (option.charCodeAt(i) !== byte) return option.charCodeAt(i) - byte;
  }
  return lines[start + option.length] === EQUALS ? 0 : -1;
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value;
}

/** Section `config` from the text of a .config. Comments and options that are not set are left out. */
export function encodeConfig(text: string): Uint8Array {
  const options = new Map<string, string>();
  for (const [, option, value] of text.matchAll(/^CONFIG_([A-Za-z0-9_]+)=([^\r\n]*)/gm)) {
    if (value !== 'n') options.set(option!, value!);
  }
  const rows = [...options].sort(([a], [b]) => compareByteStrings(a, b));
  return bytesOf(rows.map(([option, value]) => `${option}=${value}\n`).join(''));
}
