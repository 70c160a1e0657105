/** How depmod speaks; texts are byte strings without a line end. Source: tools/depmod.c, shared/util.h's log levels. */
export interface DepmodLog {
  /** `ERR`. */
  error(text: string): void;
  /** `WRN`. */
  warning(text: string): void;
  /** `INF`: said with one `-v`... two levels above the default. */
  info(text: string): void;
  /** `CRIT`: ends depmod with status 1. */
  fatal(text: string): never;
  /** `SHOW`: on stdout, with `-v`. */
  show(text: string): void;
}
