/**
 * Names and words of the host as JavaScript texts. The host knows bytes: one that belongs to no UTF-8 character is kept
 * as a lone surrogate, U+DC00 more than the byte (PEP 383), so that it reaches the kernel, a message or a file's name as
 * it came. Node itself would make U+FFFD of it.
 */

/** Characters of UTF-8 (RFC 3629, section 4) in a byte string, or one byte that begins none. */
const CHARACTERS =
  /[^\x80-\xff]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g;
/** Bytes that are kept in this way. */
const KEPT = /([\udc80-\udcff]+)/u;

/** Bytes of the host, given as a byte string, as a text. */
export function hostText(bytes: string): string {
  return bytes.replace(CHARACTERS, (found, stray?: string) =>
    stray === undefined
      ? Buffer.from(found, 'latin1').toString('utf8')
      : String.fromCharCode(0xdc00 + found.charCodeAt(0)),
  );
}

/** The bytes that a text stands for. */
export function hostBytes(text: string): Buffer {
  if (!KEPT.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(KEPT);
  return Buffer.concat(parts.map((part, at) => (at % 2 === 0 ? Buffer.from(part, 'utf8') : keptBytes(part))));
}

/** An array of bytes takes of a number what is below 256. */
function keptBytes(part: string): Uint8Array {
  return Uint8Array.from(part, (character) => character.charCodeAt(0));
}

/** Where a word of argv leads from `cwd`, as node:fs takes it: byte for byte, and resolved by the host alone. */
export function hostPath(cwd: string, word: string): string | Buffer {
  const path = word === '' || word.startsWith('/') ? word : `${cwd}/${word}`;
  return KEPT.test(path) ? hostBytes(path) : path;
}
