// DE 62 of the parameter download (360): two-character codes, each with its value (terminal-protocol §2.5, UnionPay list).

export interface TerminalParameters {
  /** 12: seconds to wait for an answer */
  readonly answerTimeoutSeconds: number
  /** 13: attempts to connect */
  readonly connectAttempts: number
  /** 20: manual PAN entry allowed */
  readonly manualEntry: boolean
  /** 21: sign off after settlement */
  readonly autoSignOff: boolean
  /** 22: merchant name on the receipt, GBK, 40 bytes */
  readonly merchantName: Uint8Array
  /** 23: times a reversal is sent */
  readonly reversalAttempts: number
}

const lengths = { '12': 2, '13': 1, '20': 1, '21': 1, '22': 40, '23': 1 } as const

type Code = keyof typeof lengths

export function formatTerminalParameters(parameters: TerminalParameters): Buffer {
  const flag = (value: boolean): string => (value ? '1' : '0')
  const name = Buffer.alloc(40, 0x20)
  name.set(parameters.merchantName.subarray(0, 40))
  const values: Record<Code, string | Buffer> = {
    '12': String(parameters.answerTimeoutSeconds).padStart(2, '0'),
    '13': String(parameters.connectAttempts),
    '20': flag(parameters.manualEntry),
    '21': flag(parameters.autoSignOff),
    '22': name,
    '23': String(parameters.reversalAttempts),
  }
  return Buffer.concat(
    (Object.keys(lengths) as Code[]).flatMap((code) => {
      const value = values[code]
      return [Buffer.from(code), typeof value === 'string' ? Buffer.from(value) : value]
    }),
  )
}

/** Reads DE 62; undefined when a code is unknown, missing, or cut off. */
export function parseTerminalParameters(bytes: Uint8Array): TerminalParameters | undefined {
  const buffer = Buffer.from(bytes)
  const values = new Map<string, Buffer>()
  for (let at = 0; at < buffer.length;) {
    const code = buffer.toString('latin1', at, at + 2)
    const length = (lengths as Record<string, number>)[code]
    if (length === undefined || at + 2 + length > buffer.length) return undefined
    values.set(code, buffer.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  if (values.size !== Object.keys(lengths).length) return undefined
  const text = (code: Code): string => values.get(code)!.toString('latin1')
  const numbers = (['12', '13', '20', '21', '23'] as const).map((code) =>
    /^\d+$/.test(text(code)) ? Number(text(code)) : undefined,
  )
  const [answerTimeoutSeconds, connectAttempts, manualEntry, autoSignOff, reversalAttempts] = numbers
  if (
    answerTimeoutSeconds === undefined ||
    connectAttempts === undefined ||
    manualEntry === undefined ||
    autoSignOff === undefined ||
    reversalAttempts === undefined
  ) {
    return undefined
  }
  return {
    answerTimeoutSeconds,
    connectAttempts,
    manualEntry: manualEntry === 1,
    autoSignOff: autoSignOff === 1,
    merchantName: new Uint8Array(values.get('22')!),
    reversalAttempts,
  }
}
