import type { Cause, Verdict } from '../verdict.ts';

/** What `--json` prints and `--merge` reads. `loads` is null when it could not be told. */
export function jsonReport(kernel: string, verdicts: readonly Verdict[]): string {
  const modules = verdicts.map(({ file, name, loads, errno, log, causes }) => ({
    file,
    name,
    loads: loads ?? null,
    errno,
    log,
    causes,
  }));
  return `${JSON.stringify({ kernel, modules }, null, 2)}\n`;
}

/** A report as anybody's JSON may hold it. */
interface RawReport {
  readonly kernel?: unknown;
  readonly modules?: unknown;
}

type RawVerdict = { readonly [Field in keyof Verdict]?: unknown };
type RawCause = { readonly [Field in keyof Cause]?: unknown };

/** Reads a report back. Raises an Error with one line when the text is no report. */
export function parseJsonReport(text: string): { readonly kernel: string; readonly verdicts: readonly Verdict[] } {
  const { kernel, modules } = asObject<RawReport>(JSON.parse(text));
  if (!Array.isArray(modules)) throw noReport();
  return { kernel: String(kernel ?? ''), verdicts: modules.map((entry) => readVerdict(asObject(entry))) };
}

function readVerdict({ file, name, loads, errno, log, causes }: RawVerdict): Verdict {
  if (typeof file !== 'string') throw noReport();
  return {
    file,
    name: String(name ?? ''),
    loads: typeof loads === 'boolean' ? loads : undefined,
    errno: Number(errno ?? 0),
    log: Array.isArray(log) ? log.map(String) : [],
    causes: Array.isArray(causes) ? causes.map((cause) => readCause(asObject(cause))) : [],
  };
}

function readCause({ id, reason, next }: RawCause): Cause {
  return { id: String(id), reason: String(reason), next: String(next) };
}

function asObject<T extends object>(value: unknown): T {
  if (typeof value !== 'object' || value === null) throw noReport();
  return value as T;
}

function noReport(): Error {
  return new Error('not a report of kobox check --json');
}
