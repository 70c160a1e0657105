/** Waits so many milliseconds. node:timers/promises takes longer to load than most commands wait. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
