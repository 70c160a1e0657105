import { Chalk } from 'chalk';
import type { LogPart } from './dmesg-format.ts';

const chalk = new Chalk({ level: 1 });

/** util-linux's default colours: terminal-colors.d(5), dmesg(1). */
const COLORS: Readonly<Record<LogPart, (text: string) => string>> = {
  time: chalk.green,
  subsystem: chalk.yellow,
  alert: chalk.red.inverse,
  crit: chalk.red.bold,
  err: chalk.red,
  warn: chalk.bold,
  text: (text) => text,
};

/** Colours one part of a line. */
export function paint(part: LogPart, text: string): string {
  return COLORS[part](text);
}
