// Faults: the world failed (malformed bytes, no answer, database down). Outcomes are returned and bugs assert, so
// every class of failure has one way to travel. The message is safe to log; nothing sensitive may be put into it.

export interface FaultOptions {
  /** Where in the input it happened, e.g. `55.9F26` or `fields.4.length`. */
  readonly path?: string
  /** Structured facts for programs and logs; never card data. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** An error with a stable code (`ISO_FIELD_LENGTH`, `LINK_NO_ANSWER`), the path of the input, and its cause kept. */
export class Fault extends Error {
  readonly code: string
  readonly path: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.path = options.path
    this.details = options.details ?? {}
  }
}
