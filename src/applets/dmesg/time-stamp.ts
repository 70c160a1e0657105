/** How a record's time is shown: util-linux, sys-utils/dmesg.c, `DMESG_TIMEFTM_*`. */
export type TimeFormat = 'none' | 'ctime' | 'ctime-delta' | 'delta' | 'reltime' | 'time' | 'time-delta' | 'iso';

const MICROSECONDS = 1e6;
const DELTA_WIDTH = 12;
/** From this many seconds on a relative time has one digit more. */
const LONG_DELTA = 10;

/** A time stamp with the blank behind it. */
export interface TimeStamp {
  readonly text: string;
  /** Another minute than the one before: shown as date and time. */
  readonly isBreak: boolean;
}

/** Day of the year, hour and minute in local time. */
type Minute = readonly [number, number, number];

/** Shows the times of records one after the other. `bootTime`: seconds since the epoch. */
export class TimeStamps {
  readonly #format: TimeFormat;
  readonly #bootTime: number;
  #lastTime = 0;
  #lastMinute: Minute = [0, 0, 0];

  constructor(format: TimeFormat, bootTime: number) {
    this.#format = format;
    this.#bootTime = bootTime;
  }

  /** The stamp of the next record. `time`: microseconds since boot. */
  next(time: number): TimeStamp {
    const texts: Readonly<Record<TimeFormat, () => string>> = {
      none: () => '',
      time: () => `[${secondsText(time)}] `,
      'time-delta': () => `[${secondsText(time)} <${this.#delta(time)}>] `,
      delta: () => `[<${this.#delta(time)}>] `,
      ctime: () => `[${ctimeText(this.#wall(time))}] `,
      'ctime-delta': () => `[${ctimeText(this.#wall(time))} <${this.#delta(time)}>] `,
      iso: () => `${isoText(this.#wall(time), time)} `,
      reltime: () => '',
    };
    return this.#format === 'reltime' ? this.#relative(time) : { text: texts[this.#format](), isBreak: false };
  }

  #wall(time: number): Date {
    return new Date((this.#bootTime + Math.floor(time / MICROSECONDS)) * 1000);
  }

  /** Seconds since the last record; 0 at the first one, and after one at 0. */
  #seconds(time: number): number {
    const seconds = this.#lastTime === 0 ? 0 : (time - this.#lastTime) / MICROSECONDS;
    this.#lastTime = time;
    return seconds;
  }

  #delta(time: number): string {
    return this.#seconds(time).toFixed(6).padStart(DELTA_WIDTH);
  }

  #relative(time: number): TimeStamp {
    const wall = this.#wall(time);
    const minute: Minute = [dayOfYear(wall), wall.getHours(), wall.getMinutes()];
    const delta = this.#seconds(time);
    const isBreak = minute.some((part, index) => part !== this.#lastMinute[index]);
    this.#lastMinute = minute;
    if (isBreak) return { text: `[${shortText(wall)}] `, isBreak };
    const digits = `${delta < 0 ? '' : '+'}${delta.toFixed(6)}`;
    const text = delta < LONG_DELTA ? `[  ${digits.padStart(8)}] ` : `[ ${digits.padStart(9)}] `;
    return { text, isBreak };
  }
}

/** What stands in the place of the stamp before later lines of a record whose time is relative. */
export const SAME_TIME = '[  +0.000000] ';

/** `%5ld.%06ld`. `time`: microseconds. */
export function secondsText(time: number): string {
  const seconds = Math.floor(time / MICROSECONDS);
  return `${String(seconds).padStart(5)}.${String(time - seconds * MICROSECONDS).padStart(6, '0')}`;
}

function dayOfYear(time: Date): number {
  const start = Date.UTC(time.getFullYear(), 0, 1);
  return (Date.UTC(time.getFullYear(), time.getMonth(), time.getDate()) - start) / 86_400_000;
}

function names(time: Date): readonly [string, string] {
  const [day = '', month = ''] = time.toDateString().split(' ');
  return [day, month];
}

/** `%a %b %e %H:%M:%S %Y`. */
function ctimeText(time: Date): string {
  return `${names(time).join(' ')} ${blankPadded(time.getDate())} ${clockText(time)} ${time.getFullYear()}`;
}

/** `%b%e %H:%M`. */
function shortText(time: Date): string {
  return `${names(time)[1]}${blankPadded(time.getDate())} ${clockText(time).slice(0, 5)}`;
}

function isoText(wall: Date, time: number): string {
  const offset = -wall.getTimezoneOffset();
  const hours = Math.trunc(offset / 60);
  const zone = `${hours < 0 ? '-' : '+'}${zeroPadded(Math.abs(hours))}:${zeroPadded(Math.abs(offset % 60))}`;
  const date = `${wall.getFullYear()}-${zeroPadded(wall.getMonth() + 1)}-${zeroPadded(wall.getDate())}`;
  return `${date}T${clockText(wall)},${String(time % MICROSECONDS).padStart(6, '0')}${zone}`;
}

function clockText(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(zeroPadded).join(':');
}

const zeroPadded = (value: number): string => String(value).padStart(2, '0');
const blankPadded = (value: number): string => String(value).padStart(2);
