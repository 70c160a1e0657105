import { ENODEV } from '../../../abi/negative-errno.ts';
import { rowsOf } from '../../kernel-function.ts';

/** Terminals: commands have none. */
export const ttyFunctions = () =>
  rowsOf('drivers/tty/tty_io.c', [
    ['struct tty_struct *get_current_tty(void)', () => 0],
    ['dev_t tty_devnum(struct tty_struct *tty)', () => 0],
    ['struct tty_struct *tty_kopen_exclusive(dev_t device)', () => ENODEV],
    ['int tty_dev_name_to_number(const char *name, dev_t *number)', () => ENODEV],
  ]);
