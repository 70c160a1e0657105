import { subsystem } from '../../../kernel/subsystem.ts';
import { type GuestCall, nothing, rowsOf } from '../../kernel-function.ts';

/** `rtnl_mutex`. */
const lockState = subsystem('rtnl', () => ({ held: false }));

const hold =
  (held: boolean, value?: number) =>
  (call: GuestCall): number | undefined => {
    lockState(call.kernel).held = held;
    return value;
  };

/** The lock of network configuration, and waits of networking that nothing delays: net/core. */
export const rtnetlinkFunctions = () => [
  ...rowsOf('net/core/rtnetlink.c', [
    ['void rtnl_lock(void)', hold(true)],
    ['void rtnl_unlock(void)', hold(false)],
    ['int rtnl_trylock(void)', hold(true, 1)],
    ['int rtnl_is_locked(void)', (call) => (lockState(call.kernel).held ? 1 : 0)],
    [
      'int rtnl_register_module(struct module *owner, int protocol, int msgtype, rtnl_doit_func doit, rtnl_dumpit_func dumpit, unsigned int flags)',
      () => 0,
    ],
    ['void rtnl_unregister_all(int protocol)', nothing],
  ]),
  ...rowsOf('net/core/dev.c', [['void synchronize_net(void)', nothing]]),
  ...rowsOf('net/core/net_namespace.c', [['void net_ns_barrier(void)', nothing]]),
  ...rowsOf('net/netlink/genetlink.c', [
    ['void genl_lock(void)', nothing],
    ['void genl_unlock(void)', nothing],
  ]),
];
