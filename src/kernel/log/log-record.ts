/** Log levels: include/linux/kern_levels.h. */
export const KERN = {
  EMERG: 0,
  ALERT: 1,
  CRIT: 2,
  ERR: 3,
  WARNING: 4,
  NOTICE: 5,
  INFO: 6,
  DEBUG: 7,
} as const;

export type LogLevel = (typeof KERN)[keyof typeof KERN];

/**
 * One record of the kernel's ring buffer. `text` is a byte string (latin-1, one character a byte) without the final
 * newline; a record may hold several lines.
 */
export interface LogRecord {
  readonly sequence: number;
  /** Microseconds since boot. */
  readonly timestamp: number;
  readonly level: LogLevel;
  /** Who says it, by number of syslog(3); absent: the kernel. */
  readonly facility?: number;
  readonly text: string;
  /** Written without a final newline: `KERN_CONT` may go on with it, and no reader sees it before the next record. */
  readonly open?: boolean;
  /** Did not reach the console: its level was too high when it was written. */
  readonly silent?: boolean;
  /** Bytes that the record takes of the ring's text area. */
  readonly space: number;
}
