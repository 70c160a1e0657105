import { subsystem } from '../../../kernel/subsystem.ts';
import { type GuestCall, nothing, rowsOf } from '../../kernel-function.ts';

/** `rtnl_mutex`: a task that wants it while another one has it goes on, so that it is counted who has. */
const lockState = subsystem('rtnl', () => ({ holders: 0 }));

const hold =
  (change: 1 | -1, value?: number) =>
  (call: GuestCall): number | undefined => {
    const state = lockState(call.kernel);
    state.holders = Math.max(0, state.holders + change);
    return value;
  };

/** The lock of network configuration, and waits of networking that nothing delays: net/core. */
export const rtnetlinkFunctions = () => [
  ...rowsOf('net/core/rtnetlink.c', [
    ['void rtnl_lock(void)', hold(1)],
    ['void rtnl_unlock(void)', hold(-1)],
    ['int rtnl_trylock(void)', hold(1, 1)],
    ['int rtnl_is_locked(void)', (call) => (lockState(call.kernel).holders > 0 ? 1 : 0)],
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
