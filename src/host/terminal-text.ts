/** Colours and weights that kobox itself writes; no other escape sequence is its own. */
const NUMBER = '(?:[0-4]|2[2-4]|3[0-79]|9[0-7])';
const OWN = `\\x1b\\[${NUMBER}?(?:;${NUMBER})*m`;
/** What a terminal obeys instead of showing: C0 and C1 controls but tab and newline, and what turns the direction of text. */
const CONTROLS = '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]';
const FOUND = new RegExp(`(${OWN})|${CONTROLS}`, 'g');
const STRAY = /[^\t\n -~]/g;

/**
 * What is written to a terminal: a module's strings may hold sequences that move the cursor, rename the window or
 * answer for the user. They are shown as `\x1b`. Text that is not UTF-8 has every byte beyond ASCII shown so.
 */
export function terminalText(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoded = text.toString('utf8');
  const isUtf8 = !decoded.includes('\ufffd') || Buffer.from(decoded, 'utf8').equals(text);
  const shown = isUtf8 ? decoded : text.toString('latin1').replace(STRAY, keepEscape);
  return Buffer.from(
    shown.replace(FOUND, (found, own?: string) => own ?? escaped(found)),
    'utf8',
  );
}

/** Escape itself is judged together with what follows. */
function keepEscape(found: string): string {
  return found === '\x1b' ? found : escaped(found);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, '0')}`;
}
