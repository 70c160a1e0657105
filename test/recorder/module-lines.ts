/** `KERN_SOH`: begins the level of a printk format. */
const KERN_SOH = String.fromCharCode(1);

/** What a module's own code may print: the beginnings of its printk formats, up to the first conversion. */
export function printkBeginnings(module: Uint8Array): string[] {
  const strings = Buffer.from(module).toString('latin1').split('\0');
  const formats = strings.flatMap((text) => text.split(KERN_SOH).slice(1));
  return formats.map((format) => /^[0-7c]([^%\n]+)/.exec(format)?.[1] ?? '').filter((start) => start !== '');
}

/** A recorded log line, with `module` in front when a module's own code said it. */
export function markModuleLine(line: string, beginnings: readonly string[]): string {
  const text = line.replace(/^<\d+>/, '');
  return beginnings.some((start) => text.startsWith(start)) ? `module${line}` : line;
}
