import { kfree, kzalloc } from '../../kernel/memory/heap.ts';
import { rowsOf } from '../kernel-function.ts';

/** Credentials and user namespaces, of which there is one, whose user is root. */
export const credentialFunctions = () => [
  ...rowsOf('kernel/capability.c', [
    ['bool capable(int cap)', () => 1],
    ['bool ns_capable(struct user_namespace *ns, int cap)', () => 1],
    ['bool file_ns_capable(const struct file *file, struct user_namespace *ns, int cap)', () => 1],
  ]),
  ...rowsOf('kernel/user_namespace.c', [
    ['uid_t from_kuid(struct user_namespace *targ, kuid_t kuid)', (call) => call.unsigned(1)],
    ['uid_t from_kuid_munged(struct user_namespace *targ, kuid_t kuid)', (call) => call.unsigned(1)],
    ['gid_t from_kgid(struct user_namespace *targ, kgid_t kgid)', (call) => call.unsigned(1)],
    ['gid_t from_kgid_munged(struct user_namespace *targ, kgid_t kgid)', (call) => call.unsigned(1)],
    ['kuid_t make_kuid(struct user_namespace *ns, uid_t uid)', (call) => call.unsigned(1)],
    ['kgid_t make_kgid(struct user_namespace *ns, gid_t gid)', (call) => call.unsigned(1)],
  ]),
  ...rowsOf('kernel/cred.c', [
    [
      'struct cred *prepare_creds(void)',
      (call) => {
        const size = call.session.fields.size('cred');
        const fresh = kzalloc(call.kernel, size);
        const old = call.session.pointerAt(call.session.current.address, 'task_struct', 'cred');
        call.memory.view(fresh, size, 'write').set(call.memory.view(old, size, 'read'));
        return fresh;
      },
    ],
    [
      'struct cred *prepare_kernel_cred(struct task_struct *daemon)',
      (call) => kzalloc(call.kernel, call.session.fields.size('cred')),
    ],
    [
      'int commit_creds(struct cred *new)',
      (call) => {
        for (const field of ['cred', 'real_cred']) {
          call.memory.writePointer(
            call.session.at(call.session.current.address, 'task_struct', field),
            call.pointer(0),
          );
        }
        return 0;
      },
    ],
    ['void abort_creds(struct cred *new)', (call) => kfree(call.kernel, call.pointer(0))],
  ]),
];
