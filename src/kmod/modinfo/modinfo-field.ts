/** One field of a module's information: key and value, byte strings. */
export type ModinfoField = readonly [key: string, value: string];

/** The field that a `key=value` string holds: of a .modinfo section, or of a built-in module's block. */
export function modinfoField(text: string): ModinfoField {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** The fields of a .modinfo section and others behind them, made one by one as often as they are gone through. */
export class ModinfoFields implements Iterable<ModinfoField> {
  readonly #section: Buffer;
  readonly #others: readonly ModinfoField[];

  constructor(section: Buffer, others: readonly ModinfoField[]) {
    this.#section = section;
    this.#others = others;
  }

  *[Symbol.iterator](): Generator<ModinfoField> {
    const section = this.#section;
    for (let at = 0; at < section.length; ) {
      const nul = section.indexOf(0, at);
      const end = nul < 0 ? section.length : nul;
      if (end > at) yield modinfoField(section.toString('latin1', at, end));
      at = end + 1;
    }
    yield* this.#others;
  }
}
