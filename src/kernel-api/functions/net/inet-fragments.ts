import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `fqdir_init(fqdirp, f, net)`: the fragments of one protocol in a namespace. */
function initDirectory(call: GuestCall): number {
  const { session, memory } = call;
  const [place, fragments, net] = [call.pointer(0), call.pointer(1), call.pointer(2)];
  const directory = kzalloc(call.kernel, session.fields.size('fqdir') || 256);
  memory.writePointer(session.at(directory, 'fqdir', 'f'), fragments);
  memory.writePointer(session.at(directory, 'fqdir', 'net'), net);
  memory.writePointer(place, directory);
  return 0;
}

/** Fragments of datagrams: none comes. */
export const inetFragmentFunctions = () =>
  rowsOf('net/ipv4/inet_fragment.c', [
    ['int inet_frags_init(struct inet_frags *f)', () => 0],
    ['void inet_frags_fini(struct inet_frags *f)', () => undefined],
    ['int fqdir_init(struct fqdir **fqdirp, struct inet_frags *f, struct net *net)', initDirectory],
    ['void fqdir_exit(struct fqdir *fqdir)', (call) => kfree(call.kernel, call.pointer(0))],
  ]);
