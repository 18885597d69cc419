// What one case found: its checks (expected and got) and every message that went over the wire, masked as `describe` masks.
// A case that cannot go on throws CaseStop, after the check that says why.

import type { Codec, Title } from '@shua/iso8583'

export interface Check {
  readonly what: string
  readonly expected: string
  readonly got: string
  readonly ok: boolean
}

export interface RecordedField {
  readonly path: string
  readonly title: Title
  readonly value: string
}

export interface RecordedMessage {
  /** `out` is from the kit to whom it certifies. */
  readonly direction: 'out' | 'in'
  readonly mti: string
  readonly name: Title
  /** Hex with `*` for what is masked. */
  readonly hex: string
  readonly fields: readonly RecordedField[]
  readonly fault: string | undefined
}

/** The case cannot go on; the checks say why. */
export class CaseStop extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CaseStop'
  }
}

const secretPaths = new Set(['2', '14', '35', '36', '52'])

export class CaseRecord {
  readonly checks: Check[] = []
  readonly messages: RecordedMessage[] = []
  readonly #codec: Codec

  constructor(codec: Codec) {
    this.#codec = codec
  }

  get failed(): boolean {
    return this.checks.some(({ ok }) => !ok)
  }

  /** Notes a comparison and goes on. */
  check(what: string, expected: string, got: string, ok = expected === got): boolean {
    this.checks.push({ what, expected, got, ok })
    return ok
  }

  /** The same, but without it the case cannot go on. */
  require(what: string, expected: string, got: string, ok = expected === got): void {
    if (!this.check(what, expected, got, ok)) throw new CaseStop(`${what}: expected ${expected}, got ${got}`)
  }

  fail(what: string, got: string): never {
    this.check(what, 'it does not happen', got, false)
    throw new CaseStop(`${what}: ${got}`)
  }

  message(direction: RecordedMessage['direction'], bytes: Uint8Array): void {
    const described = this.#codec.describe(bytes)
    this.messages.push({
      direction,
      mti: described.mti,
      name: described.mtiName,
      hex: described.hex,
      // The bytes above hold everything; the list leaves out what a reader may not see anyway.
      fields: described.fields
        .filter(({ path }) => !secretPaths.has(path) || path === '2')
        .map(({ path, title, value }) => ({ path, title, value })),
      fault: described.fault === undefined ? undefined : `${described.fault.code} ${described.fault.path ?? ''}`.trim(),
    })
  }
}
