import type { Kernel } from '../../kernel/kernel.ts';
import type { AppletContext } from '../applet.ts';
import type { ReadRules } from './log-reader.ts';
import type { TimeFormat } from './time-stamp.ts';
import type { DmesgRequest } from './util-linux-options.ts';

/** What `--show-delta` makes of the other formats. */
const WITH_DELTA: Readonly<Partial<Record<TimeFormat, TimeFormat>>> = {
  ctime: 'ctime-delta',
  time: 'time-delta',
  iso: 'iso',
};

/** Brings the options into accord with each other, the terminal and the locale. */
export function settle(request: DmesgRequest, context: AppletContext, kernel: Kernel): ReadRules {
  const { json, levels, facilities, since, until, decode, onConsole } = request;
  const raw = request.raw && !json;
  return {
    json,
    decode,
    levels,
    facilities,
    since,
    until,
    onConsole,
    raw,
    plain: raw && request.noTime,
    time: timeFormat(request),
    forcePrefix: request.forcePrefix && !json,
    noEscape: request.noEscape || json,
    color: !json && wantsColor(request.color, context),
    utf8: isUtf8(context),
    bootTime: Math.floor((Date.now() - kernel.clock() / 1000) / 1000),
  };
}

function timeFormat({ json, time, delta }: DmesgRequest): TimeFormat {
  if (json) return 'time';
  return delta ? (WITH_DELTA[time] ?? 'delta') : time;
}

function wantsColor(mode: string | undefined, { stdout, env }: AppletContext): boolean {
  if (mode === 'always' || mode === 'never') return mode === 'always';
  return stdout.isTTY && !env['NO_COLOR'];
}

/** locale(7): the first of the variables that is set decides. */
function isUtf8({ env }: AppletContext): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C';
  return /utf-?8/i.test(locale);
}
