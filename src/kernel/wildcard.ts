/** `match_wildcard`, lib/glob.c in small: `*` stands for any text, `?` for one character. */
export function matchWildcard(pattern: string, text: string): boolean {
  const source = [...pattern].map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char.replace(/\W/g, '\\$&')));
  return new RegExp(`^${source.join('')}$`, 's').test(text);
}
