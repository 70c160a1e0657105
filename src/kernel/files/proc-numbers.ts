/** How the files of /proc/sys read numbers: `proc_get_long` and `__do_proc_dointvec`, kernel/sysctl.c. */

/** `TMPBUFLEN` without the NUL: a number that fills it may go on, and is refused. */
const NUMBER_SIZE = 21;
/** A page without the NUL: more is not looked at. */
const WRITE_SIZE = 4095;
/** `isspace` stands before a number; only `proc_wspace_sep` may stand behind it. */
const SPACES = /^[ \t-\r\xa0]*/;
const ENDS = /^[ \t\n]?$/;
const ULONG_MAX = 2n ** 64n - 1n;

/** A number with its sign apart. */
interface SignedNumber {
  readonly negative: boolean;
  readonly value: bigint;
}

/** One number at the begin of a text and its length; undefined: there is none. */
function readNumber(text: string): (SignedNumber & { readonly length: number }) | undefined {
  const [whole = '', sign = '', digits = ''] =
    /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text.slice(0, NUMBER_SIZE)) ?? [];
  const isWhole = whole !== '' && whole.length < NUMBER_SIZE && ENDS.test(text.slice(whole.length, whole.length + 1));
  if (!isWhole) return undefined;
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return value > ULONG_MAX ? undefined : { negative: sign !== '', value, length: whole.length };
}

/**
 * Takes up to `count` numbers of a text that somebody wrote, in order, until one is none or `store` refuses it (false):
 * what came before it is kept all the same. False: EINVAL.
 */
export function storeNumbers(
  text: string,
  count: number,
  store: (number: SignedNumber, index: number) => boolean,
): boolean {
  let rest = text.slice(0, WRITE_SIZE).replace(SPACES, '');
  if (rest === '') return false;
  for (let index = 0; index < count && rest !== ''; index++) {
    const number = readNumber(rest);
    if (number === undefined || !store(number, index)) return false;
    rest = rest.slice(number.length).replace(SPACES, '');
  }
  return true;
}
