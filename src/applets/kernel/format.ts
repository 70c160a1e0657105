import type { StructMember } from '../../profile/kernel-profile.ts';

/** A CRC as Module.symvers has it. */
export function formatCrc(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`;
}

/** A member's place in bytes; a bit-field's with its first bit and width: `8:3`. */
export function formatPlace({ bitOffset, bitSize }: StructMember): string {
  const byte = Math.floor(bitOffset / 8);
  return bitSize === 0 ? `${byte}` : `${byte}:${bitOffset % 8}`;
}

/** A member as a line of a struct's listing. */
export function formatMember(member: StructMember): string {
  const width = member.bitSize === 0 ? '' : ` : ${member.bitSize}`;
  return `${formatPlace(member).padStart(8)}  ${member.type} ${member.name}${width}`;
}
