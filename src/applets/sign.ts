import { renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openSigner } from '../host/module-signer.ts';
import { KernelError } from '../kernel/kernel-error.ts';
import { appendSignature, type ModuleSigner, moduleSignature, SIGNING_DIGESTS } from '../signature/sign-module.ts';
import type { Applet, AppletContext } from './applet.ts';
import type { CommandLine, ParsedWords } from './command-line/getopt.ts';
import { InputError } from './command-line/input-error.ts';
import { readWords } from './command-line/read-words.ts';
import { requireFile } from './command-line/require-file.ts';

const LINE: CommandLine = {
  name: 'kobox sign',
  usage: '[-dpks] DIGEST KEY CERTIFICATE MODULE [DEST]',
  summary: `Sign a module as the kernel's scripts/sign-file does. DIGEST: ${SIGNING_DIGESTS.join(', ')}. KEY: a private key (PEM; $KBUILD_SIGN_PIN opens an encrypted one), CERTIFICATE: its certificate (PEM or DER). Without DEST the module itself is signed.`,
  rows: [
    { short: 'd', long: 'detached', help: 'write the signature to MODULE.p7s only, and leave the module alone' },
    { short: 'p', long: 'save', help: 'write the signature to MODULE.p7s too' },
    { short: 'k', long: 'keyid', help: "name the key by the certificate's subject key identifier" },
    {
      short: 's',
      long: 'raw',
      help: 'append a signature that was made elsewhere: sign -s SIGNATURE DIGEST CERTIFICATE MODULE [DEST]',
    },
  ],
  examples: [
    'kobox sign sha256 signing_key.pem signing_key.x509 hello.ko',
    'kobox sign -d sha512 signing_key.pem signing_key.x509 hello.ko',
  ],
};

/** `sign DIGEST KEY CERTIFICATE MODULE [DEST]`: scripts/sign-file.c. */
export const sign: Applet = {
  name: 'sign',
  async run(context) {
    const words = await readWords(context, LINE, context.argv, [4, 5]);
    return words === undefined ? 0 : signFile(context, words);
  },
};

function signFile(context: AppletContext, { options, operands }: ParsedWords): number {
  const [first = '', , , file = '', destination = file] = operands;
  const module = requireFile(context, file);
  const message = options['raw'] ? requireFile(context, first) : makeSignature(context, operands, options, module);
  if (options['detached'] || options['save']) replace(resolve(context.cwd, `${file}.p7s`), message);
  if (!options['detached']) replace(resolve(context.cwd, destination), appendSignature(module, message));
  return 0;
}

function makeSignature(
  context: AppletContext,
  [digest = '', key = '', certificate = '']: readonly string[],
  options: ParsedWords['options'],
  module: Uint8Array,
): Uint8Array {
  if (!SIGNING_DIGESTS.includes(digest)) {
    throw new InputError(`'${digest}' is no digest to sign with; choose from ${SIGNING_DIGESTS.join(', ')}`);
  }
  const signer = readSigner(context, digest, key, certificate);
  if (options['keyid'] && !signer.keyIdentifier)
    throw new InputError(`${certificate}: the certificate has no subject key identifier`);
  return moduleSignature(module, signer, options['keyid'] ? 'keyIdentifier' : 'issuer');
}

function replace(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}.signing`, bytes, { flush: true });
  renameSync(`${path}.signing`, path);
}

function readSigner(context: AppletContext, digest: string, key: string, certificate: string): ModuleSigner {
  const keyBytes = requireFile(context, key);
  const certificateBytes = requireFile(context, certificate);
  try {
    return openSigner(digest, keyBytes, certificateBytes, context.env['KBUILD_SIGN_PIN']);
  } catch (error) {
    if (error instanceof KernelError) throw new InputError(`${certificate}: not a certificate`);
    throw new InputError(`${key}: not a private key in PEM form, or $KBUILD_SIGN_PIN does not open it`);
  }
}
