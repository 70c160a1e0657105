import { EEXIST, EMSGSIZE } from '../../../abi/negative-errno.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { appendBytes, putMessage } from './sk-buff.ts';

/** `-ESRCH`: nobody listens to the connector. */
const NO_LISTENER = -3;
/** `NLA_HDRLEN`, `GENL_HDRLEN`, and what attributes are aligned to: include/uapi/linux/netlink.h, genetlink.h. */
const ATTRIBUTE_HEADER = 4;
const GENERIC_HEADER = 4;
const ALIGN = 4;
/** `GENL_START_ALLOC`, net/netlink/genetlink.c: the first id that is given out. */
const FIRST_FAMILY = 0x13;
const NAME_SIZE = 16;

const familyState = subsystem('genl', () => ({ families: [] as { family: Address; id: number }[] }));

const aligned = (length: number): number => Math.ceil(length / ALIGN) * ALIGN;

/** Bytes that are free behind a buffer's data. */
function room({ session, memory }: GuestCall, buffer: Address): number {
  const at = (field: string): number => memory.readU32(session.at(buffer, 'sk_buff', field));
  return at('end') - at('tail');
}

/** `__nla_reserve`: an attribute's header; where its value goes. */
function reserve(call: GuestCall, buffer: Address, type: number, length: number): Address {
  const at = appendBytes(call, buffer, aligned(ATTRIBUTE_HEADER + length));
  call.memory.view(at, aligned(ATTRIBUTE_HEADER + length), 'write').fill(0);
  call.memory.writeU16(at, ATTRIBUTE_HEADER + length);
  call.memory.writeU16(at + 2, type);
  return at + ATTRIBUTE_HEADER;
}

/** `nla_put(skb, attrtype, attrlen, data)`. */
function put(call: GuestCall): number {
  const { memory } = call;
  const [buffer, type, length, data] = [call.pointer(0), call.int(1), call.int(2), call.pointer(3)];
  if (room(call, buffer) < aligned(ATTRIBUTE_HEADER + length)) return EMSGSIZE;
  const at = reserve(call, buffer, type, length);
  if (length > 0) memory.view(at, length, 'write').set(memory.view(data, length, 'read'));
  return 0;
}

/** `genlmsg_put(skb, portid, seq, family, flags, cmd)`: where the user's header goes; 0 when there is no room. */
function putGeneric(call: GuestCall): Address {
  const { session, memory } = call;
  const [buffer, port, sequence, family] = [call.pointer(0), call.unsigned(1), call.unsigned(2), call.pointer(3)];
  const [flags, command] = [call.int(4), call.unsigned(5) & 0xff];
  const field = (name: string): number => memory.readU32(session.at(family, 'genl_family', name));
  const message = putMessage(call, buffer, {
    port,
    sequence,
    type: field('id') & 0xffff,
    length: GENERIC_HEADER + field('hdrsize'),
    flags,
  });
  if (message === 0) return 0;
  memory.writeU8(message, command);
  memory.writeU8(message + 1, field('version') & 0xff);
  return message + GENERIC_HEADER;
}

function registerFamily(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const family = call.pointer(0);
  const nameOf = (each: Address): string => memory.readCString(session.at(each, 'genl_family', 'name'), NAME_SIZE);
  const { families } = familyState(kernel);
  if (families.some((each) => nameOf(each.family) === nameOf(family))) return EEXIST;
  let id = FIRST_FAMILY;
  while (families.some((each) => each.id === id)) id++;
  memory.writeU32(session.at(family, 'genl_family', 'id'), id);
  families.push({ family, id });
  return 0;
}

function unregisterFamily(call: GuestCall): number {
  const { families } = familyState(call.kernel);
  const at = families.findIndex(({ family }) => family === call.pointer(0));
  if (at >= 0) families.splice(at, 1);
  return 0;
}

/** Netlink messages and generic netlink. */
export const netlinkFunctions = () => [
  ...rowsOf('lib/nlattr.c', [
    ['int nla_put(struct sk_buff *skb, int attrtype, int attrlen, const void *data)', put],
    [
      'struct nlattr *nla_reserve(struct sk_buff *skb, int attrtype, int attrlen)',
      (call) => {
        const [buffer, type, length] = [call.pointer(0), call.int(1), call.int(2)];
        if (room(call, buffer) < aligned(ATTRIBUTE_HEADER + length)) return 0;
        return reserve(call, buffer, type, length) - ATTRIBUTE_HEADER;
      },
    ],
  ]),
  ...rowsOf('net/netlink/genetlink.c', [
    [
      'void *genlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, const struct genl_family *family, int flags, u8 cmd)',
      putGeneric,
    ],
    ['int genl_register_family(struct genl_family *family)', registerFamily],
    ['int genl_unregister_family(const struct genl_family *family)', unregisterFamily],
  ]),
  ...rowsOf('drivers/connector/connector.c', [
    [
      'int cn_add_callback(const struct cb_id *id, const char *name, void (*callback)(struct cn_msg *, struct netlink_skb_parms *))',
      () => 0,
    ],
    ['void cn_del_callback(const struct cb_id *id)', () => undefined],
    ['int cn_netlink_send(struct cn_msg *msg, u32 portid, u32 group, gfp_t gfp_mask)', () => NO_LISTENER],
  ]),
];
