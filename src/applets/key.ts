import { certificateDer } from '../host/module-signer.ts';
import { KernelError } from '../kernel/kernel-error.ts';
import { parseCertificate, type X509Certificate } from '../signature/x509-certificate.ts';
import { addTrustedKey, readTrustedKeys, removeTrustedKey } from '../state/trusted-keys.ts';
import type { Applet, AppletContext } from './applet.ts';
import { InputError } from './command-line/input-error.ts';
import { requireFile } from './command-line/require-file.ts';

const USAGE = `Usage: kobox key add CERTIFICATE... | list | remove NAME...

Certificates (PEM or DER) that this machine trusts beside its kernel's own when it checks module signatures.

Examples:
  kobox key add signing_key.x509
  kobox key list
`;

/** Verb → what it does with the words behind it. */
const VERBS: Readonly<Record<string, (context: AppletContext, names: readonly string[]) => number>> = {
  add: addKeys,
  list: listKeys,
  remove: removeKeys,
};

/** `key add|list|remove`: the machine's secondary keyring. */
export const key: Applet = {
  name: 'key',
  run(context) {
    const [verb = '', ...names] = context.argv;
    if (Object.hasOwn(VERBS, verb)) return VERBS[verb]!(context, names);
    const asked = verb === '--help' || verb === '-h';
    (asked ? context.stdout : context.stderr).write(USAGE);
    return asked ? 0 : 1;
  },
};

function addKeys(context: AppletContext, files: readonly string[]): number {
  if (files.length === 0) throw new InputError('add: name a certificate file (PEM or DER)');
  for (const file of files) {
    const der = certificateDer(requireFile(context, file));
    const certificate = readCertificate(file, der);
    context.stdout.write(`${addTrustedKey(context.options.root, der)}  ${certificate.commonName}\n`);
  }
  return 0;
}

function readCertificate(file: string, der: Uint8Array): X509Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof KernelError)
      throw new InputError(`${file}: not a certificate that the kernel can read (${error.errno})`);
    throw error;
  }
}

function listKeys(context: AppletContext): number {
  for (const { name, certificate } of readTrustedKeys(context.options.root)) {
    context.stdout.write(`${name}  ${readCertificate(name, certificate).commonName}\n`);
  }
  return 0;
}

function removeKeys(context: AppletContext, names: readonly string[]): number {
  for (const name of names) {
    if (!removeTrustedKey(context.options.root, name))
      throw new InputError(`remove: no key '${name}'; see 'kobox key list'`);
  }
  return 0;
}
