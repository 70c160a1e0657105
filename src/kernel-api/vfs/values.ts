import { EINVAL } from '../../abi/negative-errno.ts';
import { kstrtobool, kstrtoll } from '../../kernel/params/kstrtox.ts';
import type { Session } from '../core/session.ts';
import type { FileSource } from './tree.ts';

type ValueSource = Extract<FileSource, { kind: 'value' }>;

const MAC_LENGTH = 6;
const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

/** The bits of a format such as `u32` or `x8`. */
function bitsOf(format: string): number {
  return Number(format.slice(1));
}

/** A number file of debugfs: `%llu\n`, `0x%04llx\n`, `Y\n`; of a network device `%#x\n` and a hardware address. Source: fs/debugfs/file.c. */
export function readValue(session: Session, { format, address }: ValueSource): string {
  const { memory } = session;
  if (format === 'bool') return memory.readU8(address) ? 'Y\n' : 'N\n';
  if (format === 'mac') return `${[...memory.view(address, MAC_LENGTH, 'read')].map(hexByte).join(':')}\n`;
  const bits = bitsOf(format);
  const bytes = memory.view(address, bits / 8, 'read');
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  if (format[0] === 'h') return `0x${value.toString(16)}\n`;
  if (format[0] === 'x') return `0x${value.toString(16).padStart(bits / 4, '0')}\n`;
  return `${format[0] === 's' ? BigInt.asIntN(bits, value) : value}\n`;
}

/** Writes a number file: the bytes taken, or -EINVAL. */
export function writeValue(session: Session, { format, address }: ValueSource, text: string): number {
  if (format === 'bool') {
    const parsed = kstrtobool(session.kernel, text);
    if ('value' in parsed) session.memory.writeU8(address, parsed.value ? 1 : 0);
    return 'value' in parsed ? text.length : EINVAL;
  }
  const parsed = kstrtoll(text.trim());
  if ('error' in parsed) return EINVAL;
  const bytes = session.memory.view(address, bitsOf(format) / 8, 'write');
  for (let index = 0; index < bytes.length; index++) bytes[index] = Number((parsed.value >> BigInt(8 * index)) & 0xffn);
  return text.length;
}
