import { resolveEscapes, SPACES, SPECIALS } from '../../../kernel/unescape.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `ESCAPE_*`, include/linux/string_helpers.h. */
const ESCAPE = { SPACE: 1, SPECIAL: 2, NULL: 4, OCTAL: 8, NP: 16, HEX: 32, NA: 64, NAP: 128, APPEND: 256 };

/** `isascii`, `isprint` of lib/ctype.c, which knows Latin-1. */
const isAscii = (char: string): boolean => char < '\x80';
const isPrint = (char: string): boolean => (char >= ' ' && char <= '~') || char >= '\xa0';

/** Whether a character stays as it is for its class. */
function passes(char: string, flags: number): boolean {
  if (flags & ESCAPE.NAP && isAscii(char) && isPrint(char)) return true;
  if (flags & ESCAPE.NP && isPrint(char)) return true;
  return (flags & ESCAPE.NA) !== 0 && isAscii(char);
}

function numeric(char: string, flags: number): string {
  const code = char.charCodeAt(0);
  if (flags & ESCAPE.OCTAL) return `\\${code.toString(8).padStart(3, '0')}`;
  return flags & ESCAPE.HEX ? `\\x${code.toString(16).padStart(2, '0')}` : char;
}

/** One character as `string_escape_mem` writes it; `only`: the characters that are asked for, none for all. */
function escapeChar(char: string, flags: number, only: string): string {
  const asked = only !== '' && `${only}\0`.includes(char);
  const appends = (flags & ESCAPE.APPEND) !== 0;
  if (only !== '' && !appends && !asked) return char;
  if (!(appends && asked) && passes(char, flags)) return char;
  if (flags & ESCAPE.SPACE && char in SPACES) return `\\${SPACES[char]}`;
  if (flags & ESCAPE.SPECIAL && char in SPECIALS) return `\\${SPECIALS[char]}`;
  if (flags & ESCAPE.NULL && char === '\0') return '\\0';
  return numeric(char, flags);
}

/** `string_escape_mem(src, isz, dst, osz, flags, only)`: the length that the whole has. */
function escapeMemory(call: GuestCall): number {
  const [source, size, target, room, flags] = [
    call.pointer(0),
    call.size(1),
    call.pointer(2),
    call.size(3),
    call.unsigned(4),
  ];
  const only = call.pointer(5) === 0 ? '' : call.string(5);
  const text = size === 0 ? '' : String.fromCharCode(...call.memory.view(source, size, 'read'));
  const escaped = Array.from(text, (char) => escapeChar(char, flags, only)).join('');
  writeBytes(call.session, target, escaped.slice(0, room));
  return escaped.length;
}

/** `string_unescape(src, dst, size, flags)`: size 0 is no limit. */
function unescapeString(call: GuestCall): number {
  const text = resolveEscapes(call.string(0), call.unsigned(3), call.size(2) || undefined);
  writeBytes(call.session, call.pointer(1), `${text}\0`);
  return text.length;
}

/** Escapes in text: lib/string_helpers.c. */
export const escapeFunctions = () =>
  rowsOf('lib/string_helpers.c', [
    [
      'int string_escape_mem(const char *src, size_t isz, char *dst, size_t osz, unsigned int flags, const char *only)',
      escapeMemory,
    ],
    ['int string_unescape(char *src, char *dst, size_t size, unsigned int flags)', unescapeString],
  ]);
