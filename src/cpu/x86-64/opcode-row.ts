/** One way to read an opcode: what it requires of the bytes, and what it then is. */
export interface OpcodeRow {
  /** Names by operand size 16, 32, 64 (all equal for most). */
  readonly names: readonly [string, string, string];
  /** Operand codes, Intel SDM volume 2, appendix A.2. */
  readonly operands: readonly string[];
  /** `/digit` of ModRM. */
  readonly extension: number | undefined;
  /** Memory form only, register form only. */
  readonly form: 'm' | 'r' | undefined;
  /** The exact ModRM byte. */
  readonly modrm: number | undefined;
  /** Mandatory prefix; `np`: none of 66, F2, F3; `nr`: none of F2, F3. */
  readonly prefix: 'np' | 'nr' | '66' | 'f2' | 'f3' | undefined;
  readonly hasModrm: boolean;
  readonly attributes: readonly string[];
}

/** Rows by opcode byte, the more special first. */
export type OpcodeMap = readonly (readonly OpcodeRow[])[];

const KEY = /^([0-9a-f]{2})(-([0-9a-f]{2}))?(\/([0-7])([mr])?|=([0-9a-f]{2})|:([mr]))?(\.(np|nr|66|f2|f3))?$/;
const MODRM_OPERAND = /^[EFGMSCDPQVWRUN][a-z]*$/;
const ATTRIBUTE = /^\[(.*)\]$/;

/**
 * Reads an opcode table. A line: `opcode[-last][/digit[m|r] | =modrm | :m|:r][.prefix] name[/name32/name64] operands [attributes]`.
 * Attributes: `d64`, `f64` (operand size in long mode), `i64` (invalid there), `o64` (only there), `modrm` (a ModRM byte without operands).
 * `*name`: ps, pd, ss, sd forms of an SSE operation; `~name`: MMX and SSE form.
 */
export function parseOpcodeMap(text: string): OpcodeMap {
  const map: OpcodeRow[][] = Array.from({ length: 256 }, () => []);
  for (const line of text.split('\n')) {
    for (const row of expandMacro(line.trim())) addRow(map, row);
  }
  return map;
}

const SSE_FORMS = [
  ['.np', 'ps', 'x'],
  ['.66', 'pd', 'x'],
  ['.f3', 'ss', 'd'],
  ['.f2', 'sd', 'q'],
] as const;

function expandMacro(line: string): string[] {
  const [key = '', name = ''] = line.split(/\s+/);
  if (name.startsWith('*')) return SSE_FORMS.map(([at, end, size]) => `${key}${at} ${name.slice(1)}${end} Vx,W${size}`);
  if (name.startsWith('~')) return [`${key}.np ${name.slice(1)} Pq,Qq`, `${key}.66 ${name.slice(1)} Vx,Wx`];
  return key === '' ? [] : [line];
}

function addRow(map: OpcodeRow[][], line: string): void {
  const [key = '', name = '', ...rest] = line.split(/\s+/);
  const match = KEY.exec(key);
  if (!match) throw new SyntaxError(`opcode table: ${line}`);
  const attributes = rest.flatMap((word) => ATTRIBUTE.exec(word)?.[1]?.split(',') ?? []);
  const operands = rest.filter((word) => !ATTRIBUTE.test(word)).flatMap((word) => word.split(','));
  const row = rowFrom(match, name, operands, attributes);
  const first = Number.parseInt(match[1]!, 16);
  const last = match[3] ? Number.parseInt(match[3], 16) : first;
  for (let opcode = first; opcode <= last; opcode++) map[opcode]!.push(row);
}

function rowFrom(match: RegExpExecArray, name: string, operands: string[], attributes: string[]): OpcodeRow {
  const [short = name, middle = short, long = middle] = name.split('/');
  const extension = match[5] === undefined ? undefined : Number(match[5]);
  const modrm = match[7] === undefined ? undefined : Number.parseInt(match[7], 16);
  const form = (match[6] ?? match[8]) as OpcodeRow['form'];
  return {
    names: [short, middle, long],
    operands,
    extension,
    modrm,
    form,
    prefix: match[10] as OpcodeRow['prefix'],
    hasModrm:
      extension !== undefined ||
      modrm !== undefined ||
      form !== undefined ||
      attributes.includes('modrm') ||
      operands.some((code) => MODRM_OPERAND.test(code)),
    attributes,
  };
}
