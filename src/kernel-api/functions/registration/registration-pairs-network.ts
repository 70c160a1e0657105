import type { RegistrationPair } from './registration-pairs.ts';

/** Protocols, queueing disciplines and other parts of networking. */
export const networkPairs: readonly RegistrationPair[] = [
  [
    'net/core/sock.c',
    'proto',
    'int proto_register(struct proto *prot, int alloc_slab)',
    'void proto_unregister(struct proto *prot)',
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
    'net/xfrm/xfrm_state.c',
    'xfrm-type',
    'int xfrm_register_type(const struct xfrm_type *type, unsigned short family)',
    'void xfrm_unregister_type(const struct xfrm_type *type, unsigned short family)',
  ],
];
