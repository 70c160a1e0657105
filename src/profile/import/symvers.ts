/** A row of Module.symvers that says what vmlinux exports. */
export interface SymversRow {
  readonly name: string;
  readonly crc: number;
  readonly gplOnly: boolean;
  readonly namespace: string;
}

/** Kinds of export whose users must be GPL-compatible. */
const GPL_KINDS: ReadonlySet<string> = new Set(['EXPORT_SYMBOL_GPL', 'EXPORT_UNUSED_SYMBOL_GPL']);

/**
 * The rows of vmlinux. Source: scripts/mod/modpost.c (`write_dump`): CRC, symbol, module, kind, namespace; until Linux 5.6
 * the namespace stood before the module, until 5.3 there was none. Other lines are passed over.
 */
export function parseSymvers(text: string): SymversRow[] {
  return text.split('\n').flatMap((line) => {
    const [crc = '', name = '', ...fields] = line.replace(/\r$/, '').split('\t');
    const kindAt = fields.findIndex((field) => field.startsWith('EXPORT_'));
    const [module, namespace] = kindAt === 2 ? [fields[1], fields[0]] : [fields[0], fields[2]];
    if (kindAt < 1 || name === '' || module !== 'vmlinux' || !/^0x[0-9a-f]{1,8}$/i.test(crc)) return [];
    return [{ name, crc: Number(crc), gplOnly: GPL_KINDS.has(fields[kindAt]!), namespace: namespace ?? '' }];
  });
}
