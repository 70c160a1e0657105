import { GrowingBytes } from './growing-bytes.ts';
import { GrowingWords } from './growing-words.ts';

/** Byte strings one behind the other: string i stands at [`starts.words[i]`, `starts.words[i + 1]`) of `bytes.buffer`. */
export class ByteStrings {
  readonly bytes: GrowingBytes;
  readonly starts: GrowingWords;

  constructor(count: number, length: number) {
    this.bytes = new GrowingBytes(length);
    this.starts = new GrowingWords(count + 1);
    this.starts.push(0);
  }

  get count(): number {
    return this.starts.length - 1;
  }

  add(text: string): void {
    this.bytes.text(text);
    this.end();
  }

  /** Ends the string that has been written to {@link bytes}. */
  end(): void {
    this.starts.push(this.bytes.length);
  }

  start(i: number): number {
    return this.starts.words[i]!;
  }
}
