/** What lies around the processor core: ports, model-specific registers, identification, the time-stamp counter. */
export interface System {
  /** `in`: `size` is 8, 16 or 32 bits. */
  readPort(port: number, size: number): number;
  writePort(port: number, size: number, value: number): void;
  /** `rdmsr`; undefined: #GP. */
  readMsr(index: number): bigint | undefined;
  /** `wrmsr`; false: #GP. */
  writeMsr(index: number, value: bigint): boolean;
  /** `cpuid`: eax, ebx, ecx, edx. */
  cpuid(leaf: number, subleaf: number): readonly [number, number, number, number];
  /** `rdtsc`. */
  timestamp(): bigint;
  /** `mov reg, crN` and back. */
  readControl(number: number): bigint;
  writeControl(number: number, value: bigint): void;
  /** `hlt`. */
  halt(): void;
}

/** What a plain processor of the baseline says of itself: no vector unit beyond SSE2 (Intel SDM volume 2, CPUID). */
const IDENTITY: Readonly<Record<number, readonly [number, number, number, number]>> = {
  0: [1, 0x756e6547, 0x6c65746e, 0x49656e69],
  1: [0x000006f1, 0x00010800, 0, 0x078bfbff],
  [0x80000000]: [-0x7ffffff8, 0, 0, 0],
  [0x80000001]: [0, 0, 1, 0x2c100800],
  [0x80000008]: [0x3028, 0, 0, 0],
};

/** `CR0`, `CR4` as Linux sets them on the baseline processor. */
const CONTROL: Readonly<Record<number, bigint>> = { 0: 0x80050033n, 2: 0n, 3: 0x1000n, 4: 0x6f0n, 8: 0n };

/** No devices: every port reads all ones, every MSR faults; time-stamps count `instructions`. */
export function emptySystem(instructions: () => number): System {
  const control = new Map<number, bigint>();
  return {
    readPort: (_port, size) => (size === 32 ? -1 : 2 ** size - 1),
    writePort: () => undefined,
    readMsr: () => undefined,
    writeMsr: () => false,
    cpuid: (leaf) => IDENTITY[leaf >>> 0] ?? [0, 0, 0, 0],
    timestamp: () => BigInt(instructions()),
    readControl: (number) => control.get(number) ?? CONTROL[number] ?? 0n,
    writeControl: (number, value) => void control.set(number, value),
    halt: () => undefined,
  };
}
