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

/** The rows of an opcode byte, the more special first. */
export type OpcodeMap = (opcode: number) => readonly OpcodeRow[];

const KEY = /^([0-9a-f]{2})(-([0-9a-f]{2}))?(\/([0-7])([mr])?|=([0-9a-f]{2})|:([mr]))?(\.(np|nr|66|f2|f3))?$/;
const MODRM_OPERAND = /^[EFGMSCDPQVWRUN][a-z]*$/;
const ATTRIBUTE = /^\[(.*)\]$/;

/**
 * An opcode table, read when it is asked. A line: `opcode[-last][/digit[m|r] | =modrm | :m|:r][.prefix] name[/name32/name64] operands [attributes]`.
 * Attributes: `d64`, `f64` (operand size in long mode), `i64` (invalid there), `o64` (only there), `modrm` (a ModRM byte without operands).
 * `*name`: ps, pd, ss, sd forms of an SSE operation; `~name`: MMX and SSE form.
 */
export function parseOpcodeMap(text: string): OpcodeMap {
  let lines: readonly (readonly string[])[] | undefined;
  const parsed: (readonly OpcodeRow[])[] = [];
  return (opcode) => {
    lines ??= linesByOpcode(text);
    parsed[opcode] ??= lines[opcode]!.flatMap(expandMacro).map(parseRow);
    return parsed[opcode];
  };
}

function linesByOpcode(text: string): string[][] {
  const map: string[][] = Array.from({ length: 256 }, () => []);
  for (const padded of text.split('\n')) {
    const line = padded.trim();
    const first = Number.parseInt(line.slice(0, 2), 16);
    const last = line[2] === '-' ? Number.parseInt(line.slice(3, 5), 16) : first;
    for (let opcode = first; opcode <= last; opcode++) map[opcode]!.push(line);
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
  return [line];
}

function parseRow(line: string): OpcodeRow {
  const [key = '', name = '', ...rest] = line.split(/\s+/);
  const match = KEY.exec(key);
  if (!match) throw new SyntaxError(`opcode table: ${line}`);
  const attributes = rest.flatMap((word) => ATTRIBUTE.exec(word)?.[1]?.split(',') ?? []);
  const operands = rest.filter((word) => !ATTRIBUTE.test(word)).flatMap((word) => word.split(','));
  return rowFrom(match, name, operands, attributes);
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
