import type { KernelExport, KernelProfile } from '../../profile/kernel-profile.ts';
import { openRelease } from '../../state/root-profiles.ts';
import type { AppletContext } from '../applet.ts';
import { type CommandLine, optionText } from '../command-line/getopt.ts';
import { InputError } from '../command-line/input-error.ts';
import { readWords } from '../command-line/read-words.ts';
import { writeByteString } from '../output/byte-string.ts';
import { formatCrc, formatMember } from './format.ts';

const LINE: CommandLine = {
  name: 'kobox kernel show',
  usage: 'RELEASE [options]',
  summary: 'Show what a kernel is to a module.',
  rows: [
    { long: 'exports', help: 'its exported symbols, as Module.symvers lists them' },
    { long: 'struct', argument: 'name', help: 'the members of a struct with their offsets in bytes' },
    { long: 'json', help: 'as JSON, for programs' },
  ],
  examples: ['kobox kernel show 6.1.0-56-amd64', 'kobox kernel show 6.1.0-56-amd64 --struct module'],
};

/** `kernel show`. */
export async function showKernel(context: AppletContext, argv: readonly string[]): Promise<number> {
  const words = await readWords(context, LINE, argv, [1, 1]);
  if (!words) return 0;
  const profile = openRelease(context.options.root, words.operands[0]!);
  const struct = optionText(words, 'struct');
  const view = words.options['exports']
    ? exportsView(profile)
    : struct
      ? structView(profile, struct)
      : factsView(profile);
  writeByteString(context.stdout, words.options['json'] ? `${JSON.stringify(view.data)}\n` : view.text());
  return 0;
}

/** What is shown, for programs and for people. */
interface View {
  readonly data: unknown;
  text(): string;
}

function exportsView(profile: KernelProfile): View {
  const rows = [...profile.exports.all()];
  return {
    data: { exports: rows.map(({ name, crc, gplOnly, namespace }) => ({ name, crc, gplOnly, namespace })) },
    text: () => rows.map(symversLine).join(''),
  };
}

function symversLine({ name, crc, gplOnly, namespace }: KernelExport): string {
  return `${formatCrc(crc)}\t${name}\tvmlinux\tEXPORT_SYMBOL${gplOnly ? '_GPL' : ''}\t${namespace}\n`;
}

function structView(profile: KernelProfile, name: string): View {
  const layout = profile.layout(name);
  const members = profile.members(name);
  if (!layout || !members) throw new InputError(`kernel ${profile.release}: no struct '${name}' in its BTF`);
  return {
    data: { struct: name, size: layout.size, members },
    text: () => `${name}: ${layout.size} bytes\n${members.map((member) => `${formatMember(member)}\n`).join('')}`,
  };
}

function factsView(profile: KernelProfile): View {
  const { release, version, machine, vermagic, exports, certificates } = profile;
  const facts = {
    release,
    version,
    versionNumbers: profile.versionNumbers.join('.'),
    machine,
    vermagic,
    exports: exports.count,
    structs: [...profile.structNames()].length,
    certificates: certificates.length,
  };
  return {
    data: facts,
    text: () =>
      Object.entries(facts).reduce((text, [name, value]) => `${text}${LABELS[name]?.padEnd(14)}${value}\n`, ''),
  };
}

const LABELS: Readonly<Record<string, string>> = {
  release: 'release',
  version: 'version',
  versionNumbers: 'Linux',
  machine: 'machine',
  vermagic: 'vermagic',
  exports: 'exports',
  structs: 'structs',
  certificates: 'certificates',
};
