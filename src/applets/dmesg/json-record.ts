import { FACILITY_NAMES, LEVEL_NAMES, type LogEntry } from './log-entry.ts';
import { secondsText } from './time-stamp.ts';

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

/** A byte string up to its first NUL as JSON; nothing is `null` (util-linux: lib/jsonwrt.c). */
function jsonText(text: string): string {
  const [data = ''] = text.split('\0', 1);
  if (data === '') return 'null';
  const escaped = data.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
    /["\\\x00-\x1f]/g,
    (char) => SHORT_ESCAPES[char] ?? `\\u00${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}

/** What says where a message comes from, and how bad it is: as words or as a number; nothing when it cannot be told. */
function priority({ facility, level }: LogEntry, decode: boolean): string[] {
  const name = FACILITY_NAMES[facility];
  if (name === undefined) return [];
  if (!decode) return [`"pri": ${facility | level}`];
  return [`"fac": "${name}"`, `"pri": "${LEVEL_NAMES[level]}"`];
}

/** One record of the list, without what stands between them. */
export function jsonRecord(entry: LogEntry, decode: boolean): string {
  const values = [
    ...priority(entry, decode),
    `"time": ${secondsText(entry.time)}`,
    `"msg": ${jsonText(entry.text + entry.behind)}`,
  ];
  return `{\n${values.map((value) => `         ${value}`).join(',\n')}\n      }`;
}

/** What stands before the first record, and after the last. */
export const JSON_BEGIN = '{\n   "dmesg": [\n      ';
export const JSON_END = '\n   ]\n}\n';
