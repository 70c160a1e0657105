import { ENOTSUPP } from '../../../abi/negative-errno.ts';
import { madeUp } from '../../core/unmodelled.ts';
import { rowsOf } from '../../kernel-function.ts';

/** Socket filters: nothing here runs them, so none comes into being. */
export const bpfFunctions = () =>
  rowsOf('net/core/filter.c', [
    [
      'int bpf_prog_create(struct bpf_prog **pfp, struct sock_fprog_kern *fprog)',
      ({ session }) => {
        madeUp(session, 'bpf_prog_create');
        return ENOTSUPP;
      },
    ],
    [
      'struct bpf_prog *bpf_prog_alloc(unsigned int size, gfp_t gfp_extra_flags)',
      ({ session }) => {
        madeUp(session, 'bpf_prog_alloc');
        return 0;
      },
    ],
  ]);
