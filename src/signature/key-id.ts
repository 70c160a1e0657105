/** Joins the two halves of a key's identity (kernel: `asymmetric_key_generate_id`, crypto/asymmetric_keys/asymmetric_type.c). */
export function joinKeyId(first: Uint8Array, second: Uint8Array): Uint8Array {
  const id = new Uint8Array(first.length + second.length);
  id.set(first);
  id.set(second, first.length);
  return id;
}

/** Whether two identities are the same bytes (kernel: `asymmetric_key_id_same`). */
export function sameKeyId(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** A key's identity in hexadecimal digits. */
export function keyIdText(id: Uint8Array): string {
  return Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
