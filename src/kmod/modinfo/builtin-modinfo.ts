/**
 * The `key=value` strings of a built-in module: the first run of entries of `modules.builtin.modinfo` that belong to
 * it (kmod: `kmod_builtin_get_modinfo`). `contents` is a byte string of `module.key=value` entries, each ended by NUL.
 * Undefined for a file with an entry that names no module.
 */
export function builtinModinfo(contents: string, module: string): string[] | undefined {
  const prefix = `${module}.`;
  const found: string[] = [];
  const entries = contents.split('\0');
  if (entries.at(-1) === '') entries.pop();
  for (const entry of entries) {
    if (!entry.includes('.')) return undefined;
    if (entry.startsWith(prefix)) found.push(entry.slice(prefix.length));
    else if (found.length > 0) break;
  }
  return found;
}
