import { type GuestCall, rowsOf } from '../../kernel-function.ts';

const NANOSECONDS = 1_000_000_000n;
const DAY_SECONDS = 86_400;
const MILLISECONDS = 1000;

/** `set_normalized_timespec64(ts, sec, nsec)`: nanoseconds of less than a second, never negative. */
function normalize(call: GuestCall): void {
  const [place, seconds, nanoseconds] = [call.pointer(0), call.signedLong(1), call.signedLong(2)];
  const rest = ((nanoseconds % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  const { memory, session } = call;
  const whole = seconds + (nanoseconds - rest) / NANOSECONDS;
  memory.writeU64(session.at(place, 'timespec64', 'tv_sec'), BigInt.asUintN(64, whole));
  memory.writeU64(session.at(place, 'timespec64', 'tv_nsec'), rest);
}

/** `mktime64(year, mon, day, hour, min, sec)`: seconds since 1970. */
function secondsOf(call: GuestCall): number {
  const [year, month, day, hour, minute, second] = [0, 1, 2, 3, 4, 5].map((index) => call.unsigned(index)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const days = Date.UTC(year, month - 1, 1) / MILLISECONDS / DAY_SECONDS + day - 1;
  return days * DAY_SECONDS + hour * 3600 + minute * 60 + second;
}

/** Arithmetic of times: kernel/time/time.c. */
export const calendarFunctions = () =>
  rowsOf('kernel/time/time.c', [
    ['void set_normalized_timespec64(struct timespec64 *ts, time64_t sec, s64 nsec)', normalize],
    [
      'time64_t mktime64(const unsigned int year0, const unsigned int mon0, const unsigned int day, const unsigned int hour, const unsigned int min, const unsigned int sec)',
      secondsOf,
    ],
  ]);
