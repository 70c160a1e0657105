/** node:crypto, loaded when it is first used: most commands never are in need of it. */
export function nodeCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
