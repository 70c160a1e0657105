/** The fields of a time that a text gives; those that it leaves out are now's. */
type Fields = { year: number; month: number; day: number; hour: number; minute: number; second: number };

const UNITS: readonly (readonly [suffix: string, seconds: number])[] = [
  ['seconds', 1],
  ['second', 1],
  ['sec', 1],
  ['s', 1],
  ['minutes', 60],
  ['minute', 60],
  ['min', 60],
  ['months', 2_629_800],
  ['month', 2_629_800],
  ['msec', 1e-3],
  ['ms', 1e-3],
  ['m', 60],
  ['hours', 3600],
  ['hour', 3600],
  ['hr', 3600],
  ['h', 3600],
  ['days', 86_400],
  ['day', 86_400],
  ['d', 86_400],
  ['weeks', 604_800],
  ['week', 604_800],
  ['w', 604_800],
  ['years', 31_557_600],
  ['year', 31_557_600],
  ['y', 31_557_600],
  ['usec', 1e-6],
  ['us', 1e-6],
];

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAY_NAME = /^(sun(?:day)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?) /i;

/** Conversions of strptime(3): digits at most, the range, and the field that is set. */
const CONVERSIONS: Readonly<Record<string, readonly [digits: number, from: number, to: number, field: keyof Fields]>> =
  {
    Y: [4, 0, 9999, 'year'],
    y: [2, 0, 99, 'year'],
    m: [2, 1, 12, 'month'],
    d: [2, 1, 31, 'day'],
    H: [2, 0, 23, 'hour'],
    M: [2, 0, 59, 'minute'],
    S: [2, 0, 61, 'second'],
  };

const MIDNIGHT = { hour: 0, minute: 0, second: 0 };

/** In the order in which they are tried, with what is set behind them. */
const FORMATS: readonly (readonly [format: string, fixed: Partial<Fields>])[] = [
  ['%y-%m-%d %H:%M:%S', {}],
  ['%Y-%m-%d %H:%M:%S', {}],
  ['%Y-%m-%dT%H:%M:%S', {}],
  ['%y-%m-%d %H:%M', { second: 0 }],
  ['%Y-%m-%d %H:%M', { second: 0 }],
  ['%y-%m-%d', MIDNIGHT],
  ['%Y-%m-%d', MIDNIGHT],
  ['%H:%M:%S', {}],
  ['%H:%M', { second: 0 }],
  ['%Y%m%d%H%M%S', { second: 0 }],
];

/** Days from today that a word means. */
const WORDS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

/**
 * A time as people write it (`2012-09-22 16:34`, `16:34`, `yesterday`, `-5days`, `2 hours ago`) in seconds since the
 * epoch; undefined: it is none. Source: util-linux, lib/timeutils.c, `parse_timestamp`.
 */
export function parseTimestamp(text: string, now: Date): number | undefined {
  const today = fieldsOf(now);
  if (text === 'now') return toSeconds(today);
  const days = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  if (days !== undefined) return toSeconds({ ...today, ...MIDNIGHT, day: today.day + days });
  const distance = parseDistance(text);
  if (distance !== undefined) {
    return distance === 'wrong' ? undefined : Math.max(0, Math.floor(toSeconds(today) + distance));
  }
  const day = DAY_NAME.exec(text)?.[0];
  const fields = parseFields(text.slice(day?.length ?? 0), today);
  if (fields === undefined) return undefined;
  const isThatDay = day === undefined || DAYS[dateOf(fields).getDay()]!.toLowerCase() === day.slice(0, 3).toLowerCase();
  return isThatDay ? toSeconds(fields) : undefined;
}

/** `+5min`, `-5min`, `5min ago` in seconds from now; undefined: it is no distance. */
function parseDistance(text: string): number | 'wrong' | undefined {
  const isAgo = text.endsWith(' ago');
  if (text.startsWith('+')) return parseSpan(text.slice(1)) ?? 'wrong';
  if (!text.startsWith('-') && !isAgo) return undefined;
  const span = parseSpan(text.startsWith('-') ? text.slice(1) : text.slice(0, -' ago'.length));
  return span === undefined ? 'wrong' : -span;
}

/** `2h 30min` in seconds (util-linux: `parse_sec`). */
function parseSpan(text: string): number | undefined {
  let rest = text.replace(/^[ \t\n\r]+/, '');
  if (rest === '') return undefined;
  let total = 0;
  while (rest !== '') {
    const [found, number] = /^([+-]?\d+(?:\.\d+)?|\.\d+)[ \t\n\r]*/.exec(rest) ?? [];
    if (found === undefined || Number(number) < 0) return undefined;
    rest = rest.slice(found.length);
    const unit = UNITS.find(([suffix]) => rest.startsWith(suffix));
    if (unit === undefined) return undefined;
    total += Number(number) * unit[1];
    rest = rest.slice(unit[0].length).replace(/^[ \t\n\r]+/, '');
  }
  return total;
}

function parseFields(text: string, today: Fields): Fields | undefined {
  for (const [format, fixed] of FORMATS) {
    const found = strptime(text, format);
    if (found !== undefined) return { ...today, ...found, ...fixed };
  }
  return undefined;
}

/** strptime(3) with the conversions that are needed; the whole text must be eaten. */
function strptime(text: string, format: string): Partial<Fields> | undefined {
  const found: Partial<Fields> = {};
  let rest = text;
  for (const [, conversion, literal = ''] of format.matchAll(/%(\w)|(.)/g)) {
    const [digits, from, to, field] = CONVERSIONS[conversion ?? ''] ?? [];
    if (digits === undefined) {
      const plain: string | undefined = literal === ' ' ? /^\s*/.exec(rest)?.[0] : rest[0];
      if (plain === undefined || (literal !== ' ' && plain !== literal)) return undefined;
      rest = rest.slice(plain.length);
      continue;
    }
    const [word, number] = new RegExp(`^ *(\\d{1,${digits}})`).exec(rest) ?? [];
    if (word === undefined || Number(number) < from! || Number(number) > to!) return undefined;
    found[field!] = conversion === 'y' ? Number(number) + (Number(number) < 69 ? 2000 : 1900) : Number(number);
    rest = rest.slice(word.length);
  }
  return rest === '' ? found : undefined;
}

function fieldsOf(time: Date): Fields {
  return {
    year: time.getFullYear(),
    month: time.getMonth() + 1,
    day: time.getDate(),
    hour: time.getHours(),
    minute: time.getMinutes(),
    second: time.getSeconds(),
  };
}

function dateOf({ year, month, day, hour, minute, second }: Fields): Date {
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month - 1, day);
  date.setHours(hour, minute, second);
  return date;
}

const MICROSECONDS = 1_000_000n;

/** Microseconds are unsigned there: a time before 1970 is one far away. */
function toSeconds(fields: Fields): number {
  const seconds = BigInt(Math.floor(dateOf(fields).getTime() / 1000));
  return Number(BigInt.asUintN(64, seconds * MICROSECONDS) / MICROSECONDS);
}
