/**
 * `-` becomes `_` outside `[…]` (kmod: `underscores`, `alias_normalize`).
 * Undefined for no text, a `]` without `[`, or a `[` without `]`.
 */
export function underscores(text: string | undefined): string | undefined {
  if (text === undefined || !/^(?:[^[\]]|\[[^\]]*\])*$/s.test(text)) return undefined;
  return text.replace(/\[[^\]]*\]|-/gs, (part) => (part === '-' ? '_' : part));
}

/** A module's name from any spelling: cut at the first `.`, `-` as `_` (kmod: `modname_normalize`). */
export function normalizeModuleName(name: string): string {
  const dot = name.indexOf('.');
  return (dot < 0 ? name : name.slice(0, dot)).replaceAll('-', '_');
}

/** The module's name that a path stands for (kmod: `path_to_modname`). */
export function moduleNameOfPath(path: string): string {
  return normalizeModuleName(path.slice(path.lastIndexOf('/') + 1));
}
