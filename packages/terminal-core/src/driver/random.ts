// Randomness (password salts, slip numbers) comes in as an argument, like time.

export type Random = (size: number) => Buffer
