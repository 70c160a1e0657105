/** One field of a module's information: key and value, byte strings. */
export type ModinfoField = readonly [key: string, value: string];

/** The fields of `key=value` strings: of a .modinfo section, or of a built-in module's block. */
export function modinfoFields(strings: readonly string[]): ModinfoField[] {
  return strings.map((text) => {
    const equals = text.indexOf('=');
    return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
  });
}
