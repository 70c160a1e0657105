/** One long option, as in `struct option`. */
export interface LongOption {
  readonly name: string;
  /** `'optional'`: a value only when it is joined, `--color=auto`. */
  readonly takesValue: boolean | 'optional';
  /** What the option is to the command; options with the same id (and form) are one option of several names. */
  readonly id: string;
}

/** An option without a value. */
export const flag = (name: string, id: string): LongOption => ({ name, takesValue: false, id });

/** An option with a value. */
export const valued = (name: string, id: string): LongOption => ({ name, takesValue: true, id });

/** A command's options, as getopt_long(3) takes them. */
export interface OptionTable {
  /** Letters, each with a `:` behind it when it takes a value, `::` when it may. A letter is its own id. `+` in front: see {@link getoptLong}. */
  readonly short: string;
  readonly long: readonly LongOption[];
}

/** One option found, or what is wrong with a word: getopt_long's own message without the program's name. */
type FoundOption = { readonly id: string; readonly value: string } | { readonly id: '?'; readonly message: string };

/** A command line taken apart: options in order (up to and with the first error), and the operands. */
export interface ParsedArguments {
  readonly options: readonly FoundOption[];
  readonly operands: readonly string[];
}

const wrong = (message: string): FoundOption => ({ id: '?', message });

/** The option that `name` means: itself, or the one that it abbreviates; an array: it is ambiguous. */
function findLong(table: OptionTable, name: string): LongOption | readonly LongOption[] | undefined {
  const exact = table.long.find((option) => option.name === name);
  if (exact !== undefined) return exact;
  const candidates = table.long.filter((option) => option.name.startsWith(name));
  const [first] = candidates;
  const isOne = candidates.every(({ id, takesValue }) => id === first?.id && takesValue === first.takesValue);
  return isOne ? first : candidates;
}

class Reader {
  readonly #words: readonly string[];
  readonly #table: OptionTable;
  #at = 0;
  readonly options: FoundOption[] = [];
  readonly operands: string[] = [];

  constructor(words: readonly string[], table: OptionTable) {
    this.#words = words;
    this.#table = table;
  }

  read(): ParsedArguments {
    const stopsAtOperand = this.#table.short.startsWith('+');
    while (this.#at < this.#words.length && this.options.at(-1)?.id !== '?') {
      const word = this.#words[this.#at++]!;
      const isOperand = !word.startsWith('-') || word === '-';
      if (word === '--' || (isOperand && stopsAtOperand)) {
        this.operands.push(...(isOperand ? [word] : []), ...this.#words.slice(this.#at));
        break;
      }
      if (isOperand) this.operands.push(word);
      else if (word.startsWith('--')) this.options.push(this.#long(word.slice(2)));
      else this.#letters(word.slice(1));
    }
    return this;
  }

  #long(text: string): FoundOption {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const option = findLong(this.#table, name);
    if (option === undefined) return wrong(`unrecognized option '--${text}'`);
    if (!('id' in option)) {
      const names = option.map((each) => ` '--${each.name}'`).join('');
      return wrong(`option '--${text}' is ambiguous; possibilities:${names}`);
    }
    const value = equals < 0 ? undefined : text.slice(equals + 1);
    if (!option.takesValue) {
      return value === undefined
        ? { id: option.id, value: '' }
        : wrong(`option '--${option.name}' doesn't allow an argument`);
    }
    const given = value ?? (option.takesValue === 'optional' ? '' : this.#words[this.#at++]);
    return given === undefined
      ? wrong(`option '--${option.name}' requires an argument`)
      : { id: option.id, value: given };
  }

  #letters(letters: string): void {
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i]!;
      const at = letter === ':' || letter === '+' ? -1 : this.#table.short.indexOf(letter);
      if (at < 0) {
        this.options.push(wrong(`invalid option -- '${letter}'`));
        return;
      }
      if (this.#table.short[at + 1] !== ':') {
        this.options.push({ id: letter, value: '' });
        continue;
      }
      const joined = letters.slice(i + 1);
      const mayMiss = this.#table.short[at + 2] === ':';
      const value = joined !== '' || mayMiss ? joined : this.#words[this.#at++];
      this.options.push(
        value === undefined ? wrong(`option requires an argument -- '${letter}'`) : { id: letter, value },
      );
      return;
    }
  }
}

/**
 * Takes a command line apart as getopt_long(3) of glibc does: options and operands may mix, long names may be
 * abbreviated, `--` ends the options; with `+` in the table the first operand ends them.
 */
export function getoptLong(words: readonly string[], table: OptionTable): ParsedArguments {
  const { options, operands } = new Reader(words, table).read();
  return { options, operands };
}
