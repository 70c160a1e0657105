/** A part of an install or remove command, as far as its meaning is known without a shell. */
export type ShellNode =
  | { readonly kind: 'simple'; readonly words: readonly string[]; readonly text: string }
  | { readonly kind: 'group'; readonly list: ShellList }
  /** Something that only a shell can do. */
  | { readonly kind: 'opaque'; readonly text: string };

/** `node separator node …`: what decides whether the next part runs stands with it. */
export type ShellList = readonly { readonly when: 'always' | 'success' | 'failure'; readonly node: ShellNode }[];

const OPERATORS = ['&&', '||', ';', '{', '}'] as const;

interface Token {
  readonly kind: 'word' | (typeof OPERATORS)[number] | 'opaque';
  readonly words: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** What a word outside quotes may not hold: it would mean something to a shell. */
const SPECIAL = /[`()<>|&*?[\]~#!\n\\$"']/;
const VARIABLE = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/;

/** Reads a word at `at`; variables are taken from `environment`, and unquoted ones are split at blanks. */
function readWord(text: string, at: number, environment: Readonly<Record<string, string | undefined>>): Token {
  const start = at;
  const words = [''];
  let isQuoted = false;
  const append = (part: string) => {
    words[words.length - 1] += part;
  };
  while (at < text.length && !/[ \t;&|{}]/.test(text[at]!)) {
    const rest = text.slice(at);
    const single = /^'([^']*)'/.exec(rest);
    const double = /^"([^"$`\\]*)"/.exec(rest);
    const variable = VARIABLE.exec(rest);
    if (single !== null || double !== null) {
      append((single ?? double)![1]!);
      isQuoted = true;
    } else if (variable !== null) {
      const name = (variable[1] ?? variable[2])!;
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      const [first = '', ...more] = (value ?? '').split(/[ \t\n]+/);
      append(first);
      words.push(...more);
    } else if (SPECIAL.test(text[at]!)) {
      return { kind: 'opaque', words: [], start, end: text.length };
    } else append(text[at]!);
    at += (single ?? double ?? variable)?.[0].length ?? 1;
  }
  return { kind: 'word', words: isQuoted ? words : words.filter((word) => word !== ''), start, end: at };
}

function tokens(text: string, environment: Readonly<Record<string, string | undefined>>): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const operator = OPERATORS.find((each) => text.startsWith(each, at));
    if (/[ \t]/.test(text[at]!)) at++;
    else if (operator !== undefined) {
      found.push({ kind: operator, words: [], start: at, end: at + operator.length });
      at += operator.length;
    } else {
      const word = readWord(text, at, environment);
      if (word.end === at) return [...found, { kind: 'opaque', words: [], start: at, end: text.length }];
      found.push(word);
      at = word.end;
    }
  }
  return found;
}

const WHEN = { ';': 'always', '&&': 'success', '||': 'failure' } as const;

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, found: readonly Token[]) {
    this.#text = text;
    this.#tokens = found;
  }

  /** A list up to its `}` or the end; undefined when it is no list that we know. */
  list(isNested: boolean): ShellList | undefined {
    const parts: { when: ShellList[number]['when']; node: ShellNode }[] = [];
    let when: ShellList[number]['when'] = 'always';
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token.kind === '}') {
        const isClosed = (token !== undefined) === isNested && when === 'always';
        this.#at++;
        return isClosed && parts.length > 0 ? parts : undefined;
      }
      const node = this.#node(token);
      if (node === undefined) return undefined;
      parts.push({ when, node });
      when = 'always';
      const separator = this.#tokens[this.#at];
      if (separator === undefined) continue;
      if (separator.kind in WHEN) {
        when = WHEN[separator.kind as keyof typeof WHEN];
        this.#at++;
      } else if (separator.kind !== '}') return undefined;
    }
  }

  #node(token: Token): ShellNode | undefined {
    if (token.kind === '{') {
      this.#at++;
      const list = this.list(true);
      return list && { kind: 'group', list };
    }
    const words: string[] = [];
    let last = token;
    for (let next: Token | undefined = token; next?.kind === 'word'; next = this.#tokens[++this.#at]) {
      words.push(...next.words);
      last = next;
    }
    if (words.length === 0 || words[0]!.includes('=')) return undefined;
    return { kind: 'simple', words, text: this.#text.slice(token.start, last.end) };
  }
}

/**
 * Reads the shell command of an `install` or `remove` line: simple commands joined by `;`, `&&`, `||`, and `{ …; }`,
 * with plain words, quotes and variables. Anything else makes the whole one opaque part.
 */
export function parseShellCommand(text: string, environment: Readonly<Record<string, string | undefined>>): ShellList {
  const list = new Parser(text, tokens(text, environment)).list(false);
  return list ?? [{ when: 'always', node: { kind: 'opaque', text } }];
}
