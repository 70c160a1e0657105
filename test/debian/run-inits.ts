import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { openDefaultProfile, openProfile } from '../../src/profile/open-profile.ts';
import { type ExitResult, InitMachine, type InitResult } from './init-machine.ts';
import { dependencyOrder, findModuleFiles, type ModuleFile, ModuleSet } from './module-files.ts';

/** Instructions that an init may run on the machine that all share; alone it has what a command has. */
const BUDGET = 50_000_000;
/** Of the 3,556 inits of 6.1.0-56-amd64 so many return. */
const GOAL = 3_515;
const MEGABYTE = 1 << 20;

/** What is learnt of a tree: inits and exits by the module's name. */
interface Findings {
  readonly inits: Map<string, InitResult>;
  readonly exits: Map<string, ExitResult>;
  /** Of the process, bytes. */
  peakMemory: number;
}

/** Loads and unloads modules in the order of their dependencies; a machine on which something died is replaced. */
class TreeRun {
  readonly #profile: KernelProfile;
  readonly #budget: number | undefined;
  readonly #modules: ModuleSet;
  readonly #findings: Findings;
  #machine: InitMachine;

  constructor(profile: KernelProfile, modules: ModuleSet, findings: Findings, budget?: number) {
    this.#profile = profile;
    this.#budget = budget;
    this.#modules = modules;
    this.#findings = findings;
    this.#machine = new InitMachine(profile, modules, budget);
  }

  /** Runs these inits. A module leaves, by its exit, behind the last one that needs it. */
  run(files: readonly ModuleFile[]): void {
    const last = new Map<ModuleFile, ModuleFile>();
    for (const file of files) for (const each of this.#modules.closure(file)) last.set(each, file);
    for (const file of files) {
      this.#load(file);
      const leaving = this.#modules.closure(file).filter((each) => last.get(each) === file);
      for (const each of leaving.reverse()) this.#unload(each.name);
      this.#findings.peakMemory = Math.max(this.#findings.peakMemory, process.memoryUsage().rss);
      if (this.#machine.spoiled) this.#machine = new InitMachine(this.#profile, this.#modules, this.#budget);
    }
  }

  #load(file: ModuleFile): void {
    for (const each of this.#modules.closure(file)) {
      if (this.#machine.isLoaded(each.name)) continue;
      for (const result of this.#machine.load(each)) {
        if (each === file || result.returned !== undefined) this.#findings.inits.set(result.name, result);
      }
    }
  }

  #unload(name: string): void {
    if (this.#machine.spoiled) return;
    const result = this.#machine.unload(name);
    if (result) this.#findings.exits.set(name, result);
  }
}

/** Runs inits and exits of these modules; what did not end well runs once more on a machine of its own. */
function runTree(profile: KernelProfile, files: readonly ModuleFile[], names: ReadonlySet<string>): Findings {
  const findings: Findings = { inits: new Map(), exits: new Map(), peakMemory: 0 };
  const wanted = names.size === 0 ? files : files.filter(({ name }) => names.has(name));
  const modules = new ModuleSet(files);
  new TreeRun(profile, modules, findings, BUDGET).run(wanted);
  for (const file of wanted.filter(({ name }) => !isDone(findings, name))) {
    new TreeRun(profile, modules, findings).run([file]);
  }
  return findings;
}

function isDone({ inits, exits }: Findings, name: string): boolean {
  const returned = inits.get(name)?.returned;
  return returned !== undefined && (returned < 0 || exits.get(name)?.problem === undefined);
}

function report({ inits, exits, peakMemory }: Findings, seconds: number): void {
  const all = [...inits.values()];
  const refused = all.filter((each) => each.refused !== undefined);
  const stubbed = countNames(all.flatMap(({ stubs }) => stubs));
  const fromText = countNames(all.flatMap(({ textCalls }) => textCalls));
  for (const { name, refused: errno, reason } of refused)
    console.log(`${name}: refused before init: ${errno} ${reason}`);
  for (const { name, returned, refused: errno, reason } of all)
    if (returned === undefined && errno === undefined) console.log(`${name}: ${reason}`);
  for (const { name, problem } of exits.values()) if (problem !== undefined) console.log(`${name}: exit: ${problem}`);
  console.log(`stubbed most: ${mostOf(stubbed)}`);
  if (fromText.size > 0) console.log(`from the kernel's own code most: ${mostOf(fromText)}`);
  const ran = all.filter((each) => !each.without && each.refused === undefined);
  const returned = ran.filter((each) => each.returned !== undefined);
  const good = returned.filter((each) => each.returned === 0).length;
  const ended = [...exits.values()].filter(({ problem }) => problem === undefined).length;
  const largest = all.reduce((a, b) => (a.memory > b.memory ? a : b));
  console.log(`${all.length} modules, ${refused.length} refused before init`);
  console.log(`${ran.length} inits, ${returned.length} returned, ${good} with 0`);
  console.log(`${exits.size} exits, ${ended} returned; ${seconds.toFixed(0)} s`);
  console.log(
    `${stubbed.size} functions stubbed in ${sum(stubbed)} inits, ${fromText.size} run from the kernel's own code in ${sum(fromText)}`,
  );
  console.log(
    `guest memory of one module at most ${megabytes(largest.memory)} MB (${largest.name}); process ${megabytes(peakMemory)} MB`,
  );
}

/** How many inits name each. */
function countNames(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function mostOf(counts: ReadonlyMap<string, number>): string {
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 60);
  return most.map(([name, times]) => `${name} ${times}`).join(', ');
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);

const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(0);

/** How many inits returned. */
function countReturned({ inits }: Findings): number {
  return [...inits.values()].filter((each) => !each.without && each.returned !== undefined).length;
}

/**
 * `run-inits.ts [--kernel PROFILE] MODULE_TREE [NAME...]`: prints the inits and exits that did not return, with the reason, and the figures.
 * Exit status 1 when fewer inits of the whole tree return than the goal, or one of those that were named does not.
 */
function main(words: readonly string[]): number {
  const [profile, [root, ...names]] =
    words[0] === '--kernel' ? [openProfile(words[1]!), words.slice(2)] : [openDefaultProfile(), words];
  if (!root) throw new Error('usage: run-inits.ts [--kernel PROFILE] MODULE_TREE [NAME...]');
  const start = performance.now();
  const files = dependencyOrder(findModuleFiles(root));
  const findings = runTree(profile, files, new Set(names));
  report(findings, (performance.now() - start) / 1000);
  const { inits } = findings;
  const missed = [...inits.values()].filter((each) => each.returned === undefined).length;
  return names.length === 0 ? Number(countReturned(findings) < GOAL) : Number(missed > 0);
}

process.exitCode = main(process.argv.slice(2));
