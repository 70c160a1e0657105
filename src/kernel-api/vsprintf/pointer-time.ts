import type { Address } from '../../memory/address.ts';
import type { FormatContext } from './format-context.ts';
import { errorString, type PrintfSpec } from './spec.ts';

/** `struct rtc_time`, include/uapi/linux/rtc.h: nine ints, of which these six are shown. */
interface RtcTime {
  readonly second: number;
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  /** 0 to 11. */
  readonly month: number;
  /** Since 1900. */
  readonly year: number;
}

/** `%pt[RT][dt][rs]`: `time_and_date`. */
export function timeAndDate(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  if (format[1] === 'R') return rtcText(readRtcTime(context, pointer), format);
  if (format[1] === 'T') return rtcText(fromSeconds(BigInt.asIntN(64, context.memory.readU64(pointer))), format);
  return errorString('(%pt?)', options);
}

function readRtcTime(context: FormatContext, pointer: Address): RtcTime {
  const int = (index: number): number => context.memory.readU32(pointer + index * 4) | 0;
  return { second: int(0), minute: int(1), hour: int(2), day: int(3), month: int(4), year: int(5) };
}

const SECONDS_A_DAY = 86_400n;

/** `time64_to_tm`, kernel/time/timeconv.c: proleptic Gregorian calendar. */
function fromSeconds(seconds: bigint): RtcTime {
  const rest = Number(((seconds % SECONDS_A_DAY) + SECONDS_A_DAY) % SECONDS_A_DAY);
  const days = (seconds - BigInt(rest)) / SECONDS_A_DAY + 719_468n;
  const era = (days >= 0n ? days : days - 146_096n) / 146_097n;
  const dayOfEra = Number(days - era * 146_097n);
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = (shifted + 2) % 12;
  return {
    second: rest % 60,
    minute: Math.floor(rest / 60) % 60,
    hour: Math.floor(rest / 3600),
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
    month,
    year: Number(era) * 400 + yearOfEra + (month < 2 ? 1 : 0) - 1900,
  };
}

/** `default_dec02_spec` and its like know no sign: a negative number is a huge one. */
function padded(value: number, digits: number): string {
  return `${BigInt.asUintN(64, BigInt(value))}`.padStart(digits, '0');
}

/** `rtc_str`. */
function rtcText(time: RtcTime, format: string): string {
  const part = format[2] === 'd' || format[2] === 't' ? format[2] : '';
  const letters = /^[rs]*/.exec(format.slice(2 + part.length))![0];
  const raw = letters.includes('r');
  const two = (value: number): string => padded(value, 2);
  const year = padded(time.year + (raw ? 0 : 1900), 4);
  const date = `${year}-${two(time.month + (raw ? 0 : 1))}-${two(time.day)}`;
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
  if (part === 'd') return date;
  return part === 't' ? clock : date + (letters.includes('s') ? ' ' : 'T') + clock;
}
