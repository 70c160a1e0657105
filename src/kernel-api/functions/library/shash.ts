import { EEXIST, ENOENT, ENOSYS, isErrorValue } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import { requestModule } from '../../../kernel/user-mode-helper.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `CRYPTO_MAX_ALG_NAME`. */
const NAME_SIZE = 128;

/** Hashes that modules brought: `struct shash_alg`, oldest first. */
const hashState = subsystem('shash', () => ({ algorithms: [] as Address[] }));

const base = (session: Session, algorithm: Address): Address => session.at(algorithm, 'shash_alg', 'base');

function nameOf(session: Session, algorithm: Address, field: 'cra_name' | 'cra_driver_name'): string {
  return session.memory.readCString(session.at(base(session, algorithm), 'crypto_alg', field), NAME_SIZE);
}

function register(call: GuestCall, algorithm: Address): number {
  const { session } = call;
  const { algorithms } = hashState(call.kernel);
  const driver = nameOf(session, algorithm, 'cra_driver_name');
  if (algorithms.some((each) => nameOf(session, each, 'cra_driver_name') === driver)) return EEXIST;
  algorithms.push(algorithm);
  return 0;
}

function unregister(call: GuestCall, algorithm: Address): void {
  const { algorithms } = hashState(call.kernel);
  if (algorithms.includes(algorithm)) algorithms.splice(algorithms.indexOf(algorithm), 1);
}

/** The members of an array of algorithms. */
function membersOf(call: GuestCall): Address[] {
  const [first, size] = [call.pointer(0), call.session.fields.size('shash_alg')];
  return Array.from({ length: call.int(1) }, (_, index) => first + index * size);
}

function registerAll(call: GuestCall): number {
  for (const each of membersOf(call)) {
    const error = register(call, each);
    if (error !== 0) return error;
  }
  return 0;
}

/** `__crypto_alg_lookup`: by the driver's name, else the one of that name with the highest priority. */
function lookUp({ session, kernel }: GuestCall, name: string): Address | undefined {
  const { algorithms } = hashState(kernel);
  const exact = algorithms.find((each) => nameOf(session, each, 'cra_driver_name') === name);
  if (exact !== undefined) return exact;
  const priority = (each: Address): number =>
    session.memory.readU32(session.at(base(session, each), 'crypto_alg', 'cra_priority')) | 0;
  const named = algorithms.filter((each) => nameOf(session, each, 'cra_name') === name);
  return named.sort((a, b) => priority(b) - priority(a))[0];
}

/** `crypto_alloc_shash`: of a hash that a module has brought, or brings now; -ENOENT when there is none. */
function allocate(call: GuestCall): Address {
  const { session, memory, kernel } = call;
  const name = call.string(0);
  if (lookUp(call, name) === undefined) requestModule(kernel, `crypto-${name}`);
  const algorithm = lookUp(call, name);
  if (algorithm === undefined) return ENOENT;
  const context = memory.readU32(session.at(base(session, algorithm), 'crypto_alg', 'cra_ctxsize'));
  const hash = kzalloc(kernel, session.fields.size('crypto_shash') + context);
  const transform = session.at(hash, 'crypto_shash', 'base');
  memory.writePointer(session.at(transform, 'crypto_tfm', '__crt_alg'), base(session, algorithm));
  memory.writeU32(
    session.at(hash, 'crypto_shash', 'descsize'),
    memory.readU32(session.at(algorithm, 'shash_alg', 'descsize')),
  );
  const init = session.pointerAt(algorithm, 'shash_alg', 'init_tfm');
  const error = init === 0 ? 0 : session.callInt(init, hash);
  if (error === 0) return hash;
  kfree(kernel, hash);
  return error;
}

function algorithmOf(session: Session, hash: Address): Address {
  const transform = session.at(hash, 'crypto_shash', 'base');
  const inner = session.pointerAt(transform, 'crypto_tfm', '__crt_alg');
  return inner - session.fields.offset('shash_alg', 'base');
}

function operation(session: Session, descriptor: Address, name: string): Address {
  const hash = session.pointerAt(descriptor, 'shash_desc', 'tfm');
  return session.pointerAt(algorithmOf(session, hash), 'shash_alg', name);
}

function run(session: Session, descriptor: Address, name: string, ...args: (bigint | number)[]): number {
  const own = operation(session, descriptor, name);
  return own === 0 ? ENOSYS : session.callInt(own, descriptor, ...args);
}

/** `crypto_shash_finup`: in one step where the algorithm has it. */
function finishWith(session: Session, descriptor: Address, data: bigint, length: number, out: bigint): number {
  if (operation(session, descriptor, 'finup') !== 0) return run(session, descriptor, 'finup', data, length, out);
  return run(session, descriptor, 'update', data, length) || run(session, descriptor, 'final', out);
}

function digest(call: GuestCall): number {
  const { session } = call;
  const [descriptor, data, length, out] = [call.pointer(0), call.long(1), call.unsigned(2), call.long(3)];
  if (operation(session, descriptor, 'digest') !== 0) return run(session, descriptor, 'digest', data, length, out);
  return run(session, descriptor, 'init') || finishWith(session, descriptor, data, length, out);
}

/** `crypto_destroy_tfm(mem, tfm)`. */
function destroy(call: GuestCall): void {
  if (!isErrorValue(call.pointer(0))) kfree(call.kernel, call.pointer(0));
}

/** Synchronous hashes: crypto/shash.c. */
export const shashFunctions = () => [
  ...rowsOf('crypto/shash.c', [
    ['int crypto_register_shash(struct shash_alg *alg)', (call) => register(call, call.pointer(0))],
    ['void crypto_unregister_shash(struct shash_alg *alg)', (call) => unregister(call, call.pointer(0))],
    ['int crypto_register_shashes(struct shash_alg *algs, int count)', registerAll],
    [
      'void crypto_unregister_shashes(struct shash_alg *algs, int count)',
      (call) => {
        for (const each of membersOf(call)) unregister(call, each);
      },
    ],
    ['struct crypto_shash *crypto_alloc_shash(const char *alg_name, u32 type, u32 mask)', allocate],
    [
      'int crypto_shash_update(struct shash_desc *desc, const u8 *data, unsigned int len)',
      (call) => run(call.session, call.pointer(0), 'update', call.long(1), call.unsigned(2)),
    ],
    [
      'int crypto_shash_final(struct shash_desc *desc, u8 *out)',
      (call) => run(call.session, call.pointer(0), 'final', call.long(1)),
    ],
    [
      'int crypto_shash_finup(struct shash_desc *desc, const u8 *data, unsigned int len, u8 *out)',
      (call) => finishWith(call.session, call.pointer(0), call.long(1), call.unsigned(2), call.long(3)),
    ],
    ['int crypto_shash_digest(struct shash_desc *desc, const u8 *data, unsigned int len, u8 *out)', digest],
  ]),
  ...rowsOf('crypto/api.c', [['void crypto_destroy_tfm(void *mem, struct crypto_tfm *tfm)', destroy]]),
];
