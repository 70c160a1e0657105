import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import { type GuestCall, type KernelFunction, type KernelFunctionRow, row } from '../kernel-function.ts';

/** Things of subsystems that have nothing to do on this machine: who registered what, by the function's name. */
const registry = subsystem('registered', () => ({ by: {} as Record<string, Address[]> }));

const register =
  (kind: string, index: number): KernelFunction =>
  (call: GuestCall) => {
    const { by } = registry(call.kernel);
    by[kind] ??= [];
    by[kind].push(call.pointer(index));
    return 0;
  };

const unregister =
  (kind: string, index: number): KernelFunction =>
  (call: GuestCall) => {
    const list = registry(call.kernel).by[kind] ?? [];
    const at = list.indexOf(call.pointer(index));
    if (at >= 0) list.splice(at, 1);
    return 0;
  };

/** `[source, kind, registering prototype, the other one]`; the object is the first argument that is a pointer. */
type Pair = readonly [source: string, kind: string, register: string, unregister?: string];

const PAIRS: readonly Pair[] = [
  [
    'fs/filesystems.c',
    'filesystem',
    'int register_filesystem(struct file_system_type *fs)',
    'int unregister_filesystem(struct file_system_type *fs)',
  ],
  [
    'fs/nls/nls_base.c',
    'nls',
    'int __register_nls(struct nls_table *nls, struct module *owner)',
    'int unregister_nls(struct nls_table *nls)',
  ],
  [
    'fs/exec.c',
    'binfmt',
    'void __register_binfmt(struct linux_binfmt *fmt, int insert)',
    'void unregister_binfmt(struct linux_binfmt *fmt)',
  ],
  [
    'fs/quota/dquot.c',
    'quota-format',
    'int register_quota_format(struct quota_format_type *fmt)',
    'void unregister_quota_format(struct quota_format_type *fmt)',
  ],
  [
    'net/core/net_namespace.c',
    'pernet-subsys',
    'int register_pernet_subsys(struct pernet_operations *ops)',
    'void unregister_pernet_subsys(struct pernet_operations *ops)',
  ],
  [
    'net/core/net_namespace.c',
    'pernet-device',
    'int register_pernet_device(struct pernet_operations *ops)',
    'void unregister_pernet_device(struct pernet_operations *ops)',
  ],
  [
    'net/core/sock.c',
    'proto',
    'int proto_register(struct proto *prot, int alloc_slab)',
    'void proto_unregister(struct proto *prot)',
  ],
  [
    'net/socket.c',
    'socket-family',
    'int sock_register(const struct net_proto_family *ops)',
    'void sock_unregister(int family)',
  ],
  [
    'net/core/rtnetlink.c',
    'rtnl-link',
    'int rtnl_link_register(struct rtnl_link_ops *ops)',
    'void rtnl_link_unregister(struct rtnl_link_ops *ops)',
  ],
  [
    'net/core/rtnetlink.c',
    'rtnl-link',
    'int __rtnl_link_register(struct rtnl_link_ops *ops)',
    'void __rtnl_link_unregister(struct rtnl_link_ops *ops)',
  ],
  [
    'net/core/rtnetlink.c',
    'rtnl-af',
    'void rtnl_af_register(struct rtnl_af_ops *ops)',
    'void rtnl_af_unregister(struct rtnl_af_ops *ops)',
  ],
  [
    'net/sched/sch_api.c',
    'qdisc',
    'int register_qdisc(struct Qdisc_ops *qops)',
    'void unregister_qdisc(struct Qdisc_ops *qops)',
  ],
  [
    'net/sched/act_api.c',
    'action',
    'int tcf_register_action(struct tc_action_ops *act, struct pernet_operations *ops)',
    'int tcf_unregister_action(struct tc_action_ops *act, struct pernet_operations *ops)',
  ],
  [
    'net/sched/cls_api.c',
    'classifier',
    'int register_tcf_proto_ops(struct tcf_proto_ops *ops)',
    'void unregister_tcf_proto_ops(struct tcf_proto_ops *ops)',
  ],
  [
    'net/sched/ematch.c',
    'ematch',
    'int tcf_em_register(struct tcf_ematch_ops *ops)',
    'void tcf_em_unregister(struct tcf_ematch_ops *ops)',
  ],
  [
    'net/netlink/genetlink.c',
    'genl-family',
    'int genl_register_family(struct genl_family *family)',
    'int genl_unregister_family(const struct genl_family *family)',
  ],
  [
    'net/ipv4/tcp_cong.c',
    'congestion-control',
    'int tcp_register_congestion_control(struct tcp_congestion_ops *ca)',
    'void tcp_unregister_congestion_control(struct tcp_congestion_ops *ca)',
  ],
  [
    'net/ipv4/tcp_ulp.c',
    'ulp',
    'int tcp_register_ulp(struct tcp_ulp_ops *ulp)',
    'void tcp_unregister_ulp(struct tcp_ulp_ops *ulp)',
  ],
  [
    'net/core/dev.c',
    'packet-type',
    'void dev_add_pack(struct packet_type *pt)',
    'void dev_remove_pack(struct packet_type *pt)',
  ],
  [
    'net/core/gro.c',
    'offload',
    'void dev_add_offload(struct packet_offload *po)',
    'void dev_remove_offload(struct packet_offload *po)',
  ],
  [
    'net/netfilter/nf_sockopt.c',
    'sockopt',
    'int nf_register_sockopt(struct nf_sockopt_ops *reg)',
    'void nf_unregister_sockopt(struct nf_sockopt_ops *reg)',
  ],
  [
    'net/core/sock_diag.c',
    'sock-diag',
    'int sock_diag_register(const struct sock_diag_handler *handler)',
    'void sock_diag_unregister(const struct sock_diag_handler *handler)',
  ],
  [
    'net/core/lwtunnel.c',
    'lwtunnel',
    'int lwtunnel_encap_add_ops(const struct lwtunnel_encap_ops *ops, unsigned int num)',
    'int lwtunnel_encap_del_ops(const struct lwtunnel_encap_ops *ops, unsigned int num)',
  ],
  [
    'crypto/algapi.c',
    'alg',
    'int crypto_register_alg(struct crypto_alg *alg)',
    'void crypto_unregister_alg(struct crypto_alg *alg)',
  ],
  [
    'crypto/algapi.c',
    'algs',
    'int crypto_register_algs(struct crypto_alg *algs, int count)',
    'void crypto_unregister_algs(struct crypto_alg *algs, int count)',
  ],
  [
    'crypto/algapi.c',
    'template',
    'int crypto_register_template(struct crypto_template *tmpl)',
    'void crypto_unregister_template(struct crypto_template *tmpl)',
  ],
  [
    'crypto/algapi.c',
    'templates',
    'int crypto_register_templates(struct crypto_template *tmpls, int count)',
    'void crypto_unregister_templates(struct crypto_template *tmpls, int count)',
  ],
  [
    'crypto/shash.c',
    'shash',
    'int crypto_register_shash(struct shash_alg *alg)',
    'void crypto_unregister_shash(struct shash_alg *alg)',
  ],
  [
    'crypto/shash.c',
    'shashes',
    'int crypto_register_shashes(struct shash_alg *algs, int count)',
    'void crypto_unregister_shashes(struct shash_alg *algs, int count)',
  ],
  [
    'crypto/ahash.c',
    'ahash',
    'int crypto_register_ahash(struct ahash_alg *alg)',
    'void crypto_unregister_ahash(struct ahash_alg *alg)',
  ],
  [
    'crypto/skcipher.c',
    'skcipher',
    'int crypto_register_skcipher(struct skcipher_alg *alg)',
    'void crypto_unregister_skcipher(struct skcipher_alg *alg)',
  ],
  [
    'crypto/skcipher.c',
    'skciphers',
    'int crypto_register_skciphers(struct skcipher_alg *algs, int count)',
    'void crypto_unregister_skciphers(struct skcipher_alg *algs, int count)',
  ],
  [
    'crypto/aead.c',
    'aead',
    'int crypto_register_aead(struct aead_alg *alg)',
    'void crypto_unregister_aead(struct aead_alg *alg)',
  ],
  [
    'crypto/aead.c',
    'aeads',
    'int crypto_register_aeads(struct aead_alg *algs, int count)',
    'void crypto_unregister_aeads(struct aead_alg *algs, int count)',
  ],
  [
    'crypto/rng.c',
    'rngs',
    'int crypto_register_rngs(struct rng_alg *algs, int count)',
    'void crypto_unregister_rngs(struct rng_alg *algs, int count)',
  ],
  [
    'crypto/scompress.c',
    'scomp',
    'int crypto_register_scomp(struct scomp_alg *alg)',
    'int crypto_unregister_scomp(struct scomp_alg *alg)',
  ],
  [
    'crypto/kpp.c',
    'kpp',
    'int crypto_register_kpp(struct kpp_alg *alg)',
    'void crypto_unregister_kpp(struct kpp_alg *alg)',
  ],
  [
    'crypto/akcipher.c',
    'akcipher',
    'int crypto_register_akcipher(struct akcipher_alg *alg)',
    'void crypto_unregister_akcipher(struct akcipher_alg *alg)',
  ],
  [
    'drivers/leds/led-triggers.c',
    'led-trigger',
    'int led_trigger_register(struct led_trigger *trig)',
    'void led_trigger_unregister(struct led_trigger *trig)',
  ],
  [
    'drivers/tty/tty_ldisc.c',
    'ldisc',
    'int tty_register_ldisc(struct tty_ldisc_ops *new_ldisc)',
    'void tty_unregister_ldisc(struct tty_ldisc_ops *ldisc)',
  ],
  [
    'drivers/tty/tty_io.c',
    'tty-driver',
    'int tty_register_driver(struct tty_driver *driver)',
    'void tty_unregister_driver(struct tty_driver *driver)',
  ],
  [
    'drivers/base/attribute_container.c',
    'attribute-container',
    'int attribute_container_register(struct attribute_container *cont)',
    'int attribute_container_unregister(struct attribute_container *cont)',
  ],
  [
    'drivers/base/transport_class.c',
    'transport-class',
    'int transport_class_register(struct transport_class *tclass)',
    'void transport_class_unregister(struct transport_class *tclass)',
  ],
  [
    'drivers/input/input.c',
    'input-handler',
    'int input_register_handler(struct input_handler *handler)',
    'void input_unregister_handler(struct input_handler *handler)',
  ],
  [
    'mm/vmscan.c',
    'shrinker',
    'int register_shrinker(struct shrinker *shrinker, const char *fmt)',
    'void unregister_shrinker(struct shrinker *shrinker)',
  ],
  [
    'security/keys/key.c',
    'key-type',
    'int register_key_type(struct key_type *ktype)',
    'void unregister_key_type(struct key_type *ktype)',
  ],
  [
    'net/xfrm/xfrm_state.c',
    'xfrm-type',
    'int xfrm_register_type(const struct xfrm_type *type, unsigned short family)',
    'void xfrm_unregister_type(const struct xfrm_type *type, unsigned short family)',
  ],
  [
    'drivers/cpufreq/cpufreq.c',
    'governor',
    'int cpufreq_register_governor(struct cpufreq_governor *governor)',
    'void cpufreq_unregister_governor(struct cpufreq_governor *governor)',
  ],
  [
    'lib/textsearch.c',
    'textsearch',
    'int textsearch_register(struct ts_ops *ops)',
    'int textsearch_unregister(struct ts_ops *ops)',
  ],
  [
    'block/elevator.c',
    'elevator',
    'int elv_register(struct elevator_type *e)',
    'void elv_unregister(struct elevator_type *e)',
  ],
  [
    'kernel/reboot.c',
    'restart-handler',
    'int register_restart_handler(struct notifier_block *nb)',
    'int unregister_restart_handler(struct notifier_block *nb)',
  ],
  [
    'drivers/base/syscore.c',
    'syscore',
    'void register_syscore_ops(struct syscore_ops *ops)',
    'void unregister_syscore_ops(struct syscore_ops *ops)',
  ],
];

/** Networks, file systems, ciphers, …: registered, and nobody comes to use them. */
export const registrationFunctions: readonly KernelFunctionRow[] = PAIRS.flatMap(([source, kind, add, remove]) => [
  row(add, source, register(kind, 0)),
  ...(remove === undefined ? [] : [row(remove, source, unregister(kind, 0))]),
]);
