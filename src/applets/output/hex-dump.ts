const ROW = 16;

function offset(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function rowText(row: string, at: number): string {
  const words = Array.from(row, (char) => char.charCodeAt(0).toString(16).padStart(2, '0'));
  const halves = [words.slice(0, ROW / 2), words.slice(ROW / 2)].map((half) => half.join(' ').padEnd(23));
  const shown = row.replace(/[^\x20-\x7e]/g, '.');
  return `${offset(at)}  ${halves.join('  ')}  |${shown}|\n`;
}

/** The bytes of a byte string as `hexdump -C` (hexdump(1)) shows them: rows that repeat the one before are a star. */
export function hexDump(bytes: string): string {
  let text = '';
  let before: string | undefined;
  let starred = false;
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = bytes.slice(at, at + ROW);
    const repeats = row === before && row.length === ROW;
    if (!repeats) text += rowText(row, at);
    else if (!starred) text += '*\n';
    starred = repeats;
    before = row;
  }
  return bytes === '' ? '' : `${text}${offset(bytes.length)}\n`;
}
