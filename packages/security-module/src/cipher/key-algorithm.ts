// The algorithms a key can be of, with the sizes everything else derives from.

export const keyAlgorithms = {
  des: { keyBytes: 8, blockBytes: 8, cipher: 'des-ede3' },
  tdes2: { keyBytes: 16, blockBytes: 8, cipher: 'des-ede3' },
  tdes3: { keyBytes: 24, blockBytes: 8, cipher: 'des-ede3' },
  aes128: { keyBytes: 16, blockBytes: 16, cipher: 'aes-128' },
  aes192: { keyBytes: 24, blockBytes: 16, cipher: 'aes-192' },
  aes256: { keyBytes: 32, blockBytes: 16, cipher: 'aes-256' },
  sm4: { keyBytes: 16, blockBytes: 16, cipher: 'sm4' },
} as const

export type KeyAlgorithm = keyof typeof keyAlgorithms
export type KeyFamily = 'des' | 'aes' | 'sm4'

export function keyFamily(algorithm: KeyAlgorithm): KeyFamily {
  if (algorithm === 'sm4') return 'sm4'
  return keyAlgorithms[algorithm].blockBytes === 8 ? 'des' : 'aes'
}

/** The algorithm of a family whose keys have this many bytes. */
export function algorithmOfLength(family: KeyFamily, keyBytes: number): KeyAlgorithm | undefined {
  const names = Object.keys(keyAlgorithms) as KeyAlgorithm[]
  return names.find((name) => keyFamily(name) === family && keyAlgorithms[name].keyBytes === keyBytes)
}
