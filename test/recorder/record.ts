/**
 * Records scenarios on the real kernel: npm run record -- FILE... [--kernel IMAGE] [--release RELEASE].
 * FILE is a scenario; its files and commands are taken, its answers are replaced by what Debian's kernel, kmod and
 * busybox say in QEMU. Needs a Debian machine; what is missing is installed and downloaded with apt-get.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatScenario } from '../scenarios/format-scenario.ts';
import type { Scenario, ScenarioCommand } from '../support/scenario.ts';
import { scenarioFileBytes } from '../support/scenario-files.ts';
import { debianKernel, installTools } from './debian-kernel.ts';
import { guestImage } from './guest-image.ts';
import { markModuleLine, printkBeginnings } from './module-lines.ts';
import { type GuestAnswer, runGuest } from './run-guest.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kernel: { type: 'string' }, release: { type: 'string', default: '6.1.0-56-amd64' } },
});
installTools();
const kernel = values.kernel ?? debianKernel(values.release);
for (const path of positionals) {
  const scenario = JSON.parse(readFileSync(path, 'utf8')) as Scenario;
  writeFileSync(path, formatScenario(recordScenario(scenario)));
  console.log(`${path}: ${scenario.commands.length} commands recorded`);
}

function recordScenario(scenario: Scenario): Scenario {
  const files = new Map(Object.entries(scenario.files).map(([name, file]) => [name, scenarioFileBytes(file)]));
  if (scenario.warm) files.set('.warm.ko', scenarioFileBytes('hello'));
  const warm = scenario.warm ? [{ line: 'insmod .warm.ko; rmmod hello', user: false }] : [];
  const commands = scenario.commands.map(({ run, uid = 0 }) => ({ line: guestLine(run), user: uid !== 0 }));
  const answers = runGuest(kernel, guestImage(files, [...warm, ...commands]), scenario.boot ?? '').slice(warm.length);
  const beginnings = [...files.values()].flatMap(printkBeginnings);
  let taint = scenario.warm ? answers[0]!.taint : 0;
  return {
    ...scenario,
    commands: scenario.commands.map((command, index) => {
      const recorded = withAnswer(command, answers[index]!, taint, beginnings);
      taint = answers[index]!.taint;
      return recorded;
    }),
  };
}

function withAnswer(
  { run, uid, errno }: ScenarioCommand,
  { exit, stdout, stderr, log, taint }: GuestAnswer,
  taintBefore: number,
  beginnings: readonly string[],
): ScenarioCommand {
  const said = { ...(stdout !== '' && { stdout }), ...(stderr !== '' && { stderr }), ...(exit !== 0 && { exit }) };
  return {
    run,
    ...(uid !== undefined && { uid }),
    ...(errno === undefined ? said : { errno }),
    ...(log.length > 0 && {
      log: once(
        run,
        log.map((line) => markModuleLine(line, beginnings)),
      ),
    }),
    ...(taint !== taintBefore && { taint }),
  };
}

/** kobox's commands as the guest's tools. */
function guestLine(run: string): string {
  return run
    .replace(/kobox --style kmod (\w+)/g, '/sbin/$1')
    .replace(/kobox --style busybox (\w+)/g, 'busybox $1')
    .replace(/kobox (insmod|rmmod|lsmod|cat|ls|mknod)/g, 'busybox $1')
    .replace(/kobox run-timers/g, 'sleep')
    .replace(/kobox write (\S+) (.*)/g, "printf %s '$2' > $1");
}

/** busybox makes two system calls of a refused module, each of which logs; kobox makes one. */
function once(run: string, log: readonly string[]): readonly string[] {
  const half = log.length / 2;
  const isTwice = !run.includes('kmod') && log.slice(0, half).every((line, index) => log[half + index] === line);
  return isTwice && Number.isInteger(half) ? log.slice(0, half) : log;
}
