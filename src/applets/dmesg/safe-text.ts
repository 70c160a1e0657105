/** Of the characters beyond ASCII those that a terminal has no picture for: iswprint(3), iswspace(3). */
const UNPRINTABLE = /[\p{Cc}\p{Cn}\p{Cs}]/u;
const CONTINUATION = 0x80;
const ASCII_SHOWN = /[\t-\r -~]/;

/** How unprintable characters are shown. */
export interface TextRules {
  /** They are shown as they are. */
  readonly noEscape: boolean;
  /** The locale's character set is UTF-8, else ASCII. */
  readonly utf8: boolean;
}

/** The number of bytes of the UTF-8 character that begins at `at`; 0 when there is none. */
function sequenceLength(text: string, at: number): number {
  const lead = text.charCodeAt(at);
  const length = lead < CONTINUATION ? 1 : [2, 3, 4][[0xe0, 0xf0, 0xf8].findIndex((limit) => lead < limit)];
  if (length === undefined) return 0;
  const bytes = Buffer.from(text.slice(at, at + length), 'latin1');
  return length === 1 || Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes) ? length : 0;
}

const hexadecimal = (bytes: string): string =>
  bytes.replace(/./gs, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** A character of `length` bytes (0: a stray byte) as it is shown. */
function shown(bytes: string, length: number): string {
  if (length === 1) return ASCII_SHOWN.test(bytes) ? bytes : hexadecimal(bytes);
  const isShown = length > 1 && !UNPRINTABLE.test(Buffer.from(bytes, 'latin1').toString('utf8'));
  return isShown ? bytes : hexadecimal(bytes);
}

/**
 * A byte string as it goes to the terminal: unprintable characters as `\x1b`, later lines after `indent` blanks;
 * `behind`: what follows the text. Source: util-linux, sys-utils/dmesg.c, `safe_fwrite`.
 */
export function safeText(text: string, indent: number, behind: string, rules: TextRules): string {
  const blanks = ' '.repeat(indent);
  let result = '';
  for (let at = 0; at < text.length; ) {
    const char = text[at]!;
    const length = rules.noEscape ? 1 : rules.utf8 || char < '\x80' ? sequenceLength(text, at) : 0;
    const bytes = text.slice(at, at + Math.max(length, 1));
    at += bytes.length;
    if (rules.noEscape || char === '\n') result += bytes;
    else result += shown(bytes, length);
    if (char === '\n' && (text[at] ?? behind[0] ?? '\0') !== '\0') result += blanks;
  }
  return result;
}
