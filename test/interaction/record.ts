/**
 * Records what people do to modules on Debian's real kernel in QEMU: npm run record:interaction [NAME...]. Of each record
 * the modules and commands are taken, its answers are replaced. Needs a Debian machine.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianKernel, installTools } from '../recorder/debian-kernel.ts';
import { guestImage } from '../recorder/guest-image.ts';
import { runGuest } from '../recorder/run-guest.ts';
import type { Interaction } from './interaction.ts';

const FOLDER = join('test', 'interaction');

function record(path: string, kernel: string): void {
  const { modules, steps, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as Interaction;
  const files = new Map<string, Uint8Array>(
    modules.map((name) => [`${name}.ko`, readFileSync(join(FOLDER, 'modules', `${name}.ko`))]),
  );
  const install = (rest.programs ?? []).map((name) => `cp ${name} /bin; chmod 755 /bin/${name}; `).join('');
  const commands = steps.map(({ run }) => ({ line: install + run, user: false }));
  for (const program of rest.programs ?? []) files.set(program, compiled(program));
  const answers = runGuest(kernel, guestImage(files, commands), '');
  const recorded = steps.map(({ run, kobox }, index) => {
    const { exit, stdout, log } = answers[index]!;
    return { run, ...(kobox && { kobox }), ...(stdout !== '' && { stdout }), ...(exit !== 0 && { exit }), log };
  });
  writeFileSync(path, `${JSON.stringify({ modules, ...rest, steps: recorded }, undefined, 2)}\n`);
}

/** A program for the real machine, in one piece. */
function compiled(program: string): Uint8Array {
  const place = mkdtempSync(join(tmpdir(), 'kobox-record-'));
  execFileSync('gcc', ['-static', '-O1', '-o', join(place, program), join(FOLDER, 'programs', `${program}.c`)]);
  const bytes = readFileSync(join(place, program));
  rmSync(place, { recursive: true });
  return bytes;
}

installTools();
const kernel = process.env['KOBOX_RECORD_KERNEL'] ?? debianKernel('6.1.0-56-amd64');
const wanted = process.argv.slice(2);
for (const file of readdirSync(join(FOLDER, 'records'))) {
  if (wanted.length > 0 && !wanted.includes(file.replace('.json', ''))) continue;
  record(join(FOLDER, 'records', file), kernel);
  console.log(file);
}
