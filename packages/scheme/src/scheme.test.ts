import fc from 'fast-check'
import { parsePan, Sensitive } from '@shua/card-data'
import { compileDialect, dialects, Message } from '@shua/iso8583'
import { describe, expect, it } from 'vitest'
import {
  answerDifference,
  answerMti,
  dateOfMonthDay,
  daysBetween,
  declineReasons,
  describeResponseCode,
  formatBatchDetail,
  formatEntryMode,
  formatSequenceNumber,
  formatSettlementTotals,
  formatStopListPage,
  formatTerminalParameters,
  formatWorkingKeys,
  isApproval,
  localTime,
  managementKindOf,
  noOriginal,
  parseBatchDetail,
  parseEntryMode,
  parseSequenceNumber,
  parseSettlementTotals,
  parseStopListPage,
  parseTerminalParameters,
  parseWorkingKeys,
  paymentIdAt,
  readAnswer,
  readPaymentMessage,
  readReversalMessage,
  responseCodeOfReason,
  responseCodes,
  shardOf,
  terminalProfiles,
  transactionKinds,
  transactionTypes,
  writeAnswer,
  writePaymentMessage,
  writeReversalMessage,
  type PaymentMessage,
  type TransactionKind,
} from './index.ts'

const codec = compileDialect(dialects.unionpayPos)
const overTheWire = (message: Message): Message => {
  Object.assign(message.envelope, { tpdu: '6000030000', header: '603100310000' })
  return codec.unpack(codec.pack(message))
}

const pan = parsePan('6225880000000001')!
const head = {
  terminalId: '10000001',
  merchantId: '898110015411234',
  stan: '000002',
  batchNumber: '000007',
  networkCode: '000',
  readCapability: '6',
  chipCondition: '0',
}

function payment(kind: TransactionKind, changes: Partial<PaymentMessage> = {}): PaymentMessage {
  const type = transactionTypes[kind]
  const originals = {
    none: noOriginal,
    trace: { batchNumber: '000007', stan: '000001', date: undefined, rrn: '060100000002', approvalCode: '123456' },
    rrn: { ...noOriginal, date: '0601', rrn: '060100000002' },
    approvalCode: { ...noOriginal, date: '0601', approvalCode: '123456' },
  }
  return {
    kind,
    head: { ...head, typeCode: type.typeCode },
    amount: type.money === 'none' ? undefined : { minorUnits: 10_000n, currency: 'CNY' },
    currency: 'CNY',
    entryMode: { method: 'manual', pin: 'none' },
    card: { pan, expiry: '3012', track2: undefined },
    trackEncrypted: false,
    pin: undefined,
    pinAlgorithmDigit: '0',
    original: originals[type.original],
    operator: '01 ',
    ...changes,
  }
}

/** A comparable form: sensitive values compare by what they hold. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) => {
      if (typeof each === 'bigint') return `${each}n`
      return each instanceof Uint8Array ? Buffer.from(each).toString('hex') : each
    }),
  )
}

describe('payment messages', () => {
  it.each(transactionKinds)('%s is read as it was written, over the wire', (kind) => {
    const written = payment(kind)
    const read = readPaymentMessage(overTheWire(writePaymentMessage(written)))!
    expect(plain(read)).toEqual(plain(written))
    expect(read.card.pan!.reveal()).toBe(pan.reveal())
  })

  it('carries a stripe with a PIN, and the SM4 form of the PIN block in DE 59', () => {
    const track2 = new Sensitive('6225880000000001D30122011234567890123')
    const stripe = payment('purchase', {
      entryMode: { method: 'stripe', pin: 'entered' },
      card: { pan: undefined, expiry: undefined, track2 },
      pin: { block: new Sensitive(Buffer.from('D8B0CC70AD13CC4C', 'hex')), format: 0 },
      pinAlgorithmDigit: '6',
    })
    const read = readPaymentMessage(overTheWire(writePaymentMessage(stripe)))!
    expect(read.card.track2!.reveal()).toBe(track2.reveal())
    expect(Buffer.from(read.pin!.block.reveal()).toString('hex').toUpperCase()).toBe('D8B0CC70AD13CC4C')
    const sm4 = {
      ...stripe,
      pin: { block: new Sensitive(Buffer.alloc(16, 7)), format: 'sm4' as const },
      pinAlgorithmDigit: '3',
    }
    const readSm4 = readPaymentMessage(overTheWire(writePaymentMessage(sm4)))!
    expect(readSm4.pin!.format).toBe('sm4')
    expect(Buffer.from(readSm4.pin!.block.reveal())).toEqual(Buffer.alloc(16, 7))
  })

  it.each([3, 4, 11, 22, 25, 41, 42, 49, 60, 63])('without DE %i is a format error that names it', (field) => {
    const message = writePaymentMessage(payment('purchase')).delete(field)
    expect(() => readPaymentMessage(message)).toThrow(
      expect.objectContaining({ code: 'SCHEME_FIELD', path: expect.stringMatching(new RegExp(`^${field}(\\.|$)`)) }),
    )
  })

  it('refuses a PIN digit without a PIN, a PIN without DE 26, and DE 53 that tells otherwise', () => {
    const entered = payment('purchase', {
      entryMode: { method: 'manual', pin: 'entered' },
      pin: { block: new Sensitive(Buffer.alloc(8, 1)), format: 0 },
      pinAlgorithmDigit: '6',
    })
    const path = (message: Message): string | undefined => {
      try {
        readPaymentMessage(message)
      } catch (error) {
        return (error as { path?: string }).path
      }
      return undefined
    }
    expect(path(writePaymentMessage(entered))).toBeUndefined()
    expect(path(writePaymentMessage(entered).delete(52))).toBe('52')
    expect(path(writePaymentMessage(entered).delete(26))).toBe('26')
    expect(path(writePaymentMessage(entered).set(53, '0000000000000000'))).toBe('53')
    expect(path(writePaymentMessage(payment('purchase')).set(53, '2600000000000000'))).toBe('53')
  })

  it('knows no transaction for a combination that is none', () => {
    expect(readPaymentMessage(writePaymentMessage(payment('purchase')).set(25, '99'))).toBeUndefined()
    expect(managementKindOf('0800', '999')).toBeUndefined()
  })

  it.each(transactionKinds.filter((kind) => transactionTypes[kind].reversible))(
    'the reversal of %s is read as it was written',
    (kind) => {
      const written = {
        reverses: kind,
        head: { ...head, typeCode: transactionTypes[kind].typeCode },
        amount: { minorUnits: 10_000n, currency: 'CNY' as const },
        entryMode: '021',
        reason: '98' as const,
        pan: undefined,
        approvalCode: '123456',
        original: { batchNumber: '000007', stan: '000001', date: undefined },
      }
      expect(plain(readReversalMessage(overTheWire(writeReversalMessage(written))))).toEqual(plain(written))
    },
  )
})

describe('answers', () => {
  const request = overTheWire(writePaymentMessage(payment('purchase')))
  const answer = writeAnswer(request, {
    responseCode: '00',
    at: localTime(new Date('2026-06-01T02:16:12Z')),
    settlementDate: '0601',
    rrn: '060100000002',
    approvalCode: '123456',
    pan,
    expiry: '3012',
    issuerId: '01020000',
    acquirerId: '48020000',
    organisation: 'CUP',
    balanceMinor: 490_000n,
    batchNumber: undefined,
    data: undefined,
    digits: undefined,
  })
  Object.assign(answer.envelope, { tpdu: '6000000003', header: '603100310000' })
  const received = codec.unpack(codec.pack(answer))

  it('echo the request and bring what the host knows', () => {
    expect(answerDifference(request, received)).toBeUndefined()
    expect(readAnswer(received)).toMatchObject({
      responseCode: '00',
      time: '101612',
      date: '0601',
      rrn: '060100000002',
      approvalCode: '123456',
      issuerId: '01020000',
      acquirerId: '48020000',
      balanceMinor: 490_000n,
      organisation: 'CUP',
      batchNumber: '000007',
    })
  })

  it.each([
    ['mti', (m: Message): unknown => (m.mti = '0230')],
    ['3', (m: Message): unknown => m.set(3, '310000')],
    ['11', (m: Message): unknown => m.set(11, '000003')],
    ['41', (m: Message): unknown => m.set(41, '10000002')],
    ['42', (m: Message): unknown => m.set(42, '898110015411235')],
    ['4', (m: Message): unknown => m.set(4, 9_999n)],
  ] as const)('are not taken when %s differs', (path, change) => {
    const other = codec.unpack(codec.pack(answer))
    change(other)
    expect(answerDifference(request, other)).toBe(path)
  })

  it('have the MTI of the request plus ten', () => {
    expect(['0100', '0200', '0220', '0320', '0400', '0500', '0800', '0820'].map(answerMti)).toEqual([
      '0110',
      '0210',
      '0230',
      '0330',
      '0410',
      '0510',
      '0810',
      '0830',
    ])
  })
})

describe('fields with a layout of their own', () => {
  it('working keys: reads S2 of the public samples, refuses other lengths and another MAK form', () => {
    const s2 = Buffer.from(
      '873C04148FD7FF3AA930C1ACC0BD9F546839D3301013F4500A30A98A0000000000000000CAFFEDEEFD7AF640961CDB8B5CCFBE13B358FE6E76CDB553',
      'hex',
    )
    const keys = parseWorkingKeys(s2, terminalProfiles['pos-3des'])
    expect(keys.mak.cryptogram).toHaveLength(8)
    expect(Buffer.from(keys.tdk!.checkValue).toString('hex')).toBe('76cdb553')
    expect(formatWorkingKeys(keys)).toEqual(s2)
    expect(() => parseWorkingKeys(s2.subarray(1), terminalProfiles['pos-3des'])).toThrow(/blocks/)
    expect(() => parseWorkingKeys(s2, terminalProfiles['pos-x919'])).toThrow(/MAK/)
    expect(() => parseWorkingKeys(s2, terminalProfiles['pos-sm4'])).toThrow(/blocks/)
  })

  it('sequence number: reads the published form only', () => {
    expect(parseSequenceNumber(formatSequenceNumber('3456SYNTH001'))).toBe('3456SYNTH001')
    expect(formatSequenceNumber('3456SYNTH001').toString()).toBe('Sequence No123456SYNTH001')
    expect(parseSequenceNumber(Buffer.from('Sequence No133456SYNTH001'))).toBeUndefined()
    expect(parseSequenceNumber(Buffer.from('3456SYNTH001'))).toBeUndefined()
  })

  it('totals and batch details come back as they went, and nothing else is taken for them', () => {
    const anyTotals = fc.record({
      debitMinor: fc.bigInt(0n, 999_999_999_999n),
      debitCount: fc.integer({ min: 0, max: 999 }),
      creditMinor: fc.bigInt(0n, 999_999_999_999n),
      creditCount: fc.integer({ min: 0, max: 999 }),
    })
    fc.assert(
      fc.property(anyTotals, anyTotals, (domestic, foreign) => {
        const totals = { domestic: { ...domestic, flag: 0 as const }, foreign: { ...foreign, flag: 2 as const } }
        const text = formatSettlementTotals(totals)
        expect(text).toHaveLength(62)
        expect(parseSettlementTotals(text)).toEqual(totals)
        expect(parseSettlementTotals(text.slice(1))).toBeUndefined()
      }),
    )
    const records = [1n, 999_999_999_999n].map((amountMinor, index) => ({
      cardType: '00' as const,
      stan: `00000${index}`,
      pan,
      amountMinor,
    }))
    const detail = formatBatchDetail(records)
    expect(plain(parseBatchDetail(detail))).toEqual(plain(records))
    expect(parseBatchDetail(`03${detail.slice(2)}`)).toBeUndefined()
    expect(parseBatchDetail(detail.slice(0, -1))).toBeUndefined()
    expect(() =>
      formatSettlementTotals({
        domestic: { debitMinor: 10n ** 12n, debitCount: 0, creditMinor: 0n, creditCount: 0, flag: 0 },
        foreign: { debitMinor: 0n, debitCount: 0, creditMinor: 0n, creditCount: 0, flag: 0 },
      }),
    ).toThrow(/12/)
  })

  it('parameters and stop list pages come back as they went', () => {
    const parameters = {
      answerTimeoutSeconds: 60,
      connectAttempts: 3,
      manualEntry: true,
      autoSignOff: false,
      merchantName: new Uint8Array(Buffer.from('X'.repeat(40))),
      reversalAttempts: 3,
    }
    expect(parseTerminalParameters(formatTerminalParameters(parameters))).toEqual(parameters)
    expect(parseTerminalParameters(formatTerminalParameters(parameters).subarray(0, -1))).toBeUndefined()
    const page = { more: true, nextIndex: 40, entries: ['6225880001', '6225880002'] }
    expect(parseStopListPage(formatStopListPage(page))).toEqual(page)
    expect(parseStopListPage(Buffer.from('2040622588'))).toBeUndefined()
  })

  it('entry modes: every one comes back, older values are understood, others are not', () => {
    for (const text of ['011', '012', '021', '022', '051', '052', '071', '072'])
      expect(formatEntryMode(parseEntryMode(text)!)).toBe(text)
    expect(parseEntryMode('901')).toEqual({ method: 'stripe', pin: 'entered' })
    expect(parseEntryMode('993')).toBeUndefined()
  })
})

describe('codes and dates', () => {
  it('every reason has a response code that is no approval, and every code its words in both languages', () => {
    for (const reason of Object.keys(declineReasons) as (keyof typeof declineReasons)[]) {
      expect(isApproval(responseCodeOfReason[reason]), reason).toBe(false)
    }
    for (const entry of Object.values(responseCodes)) {
      expect(entry.zh).toMatch(/[\u4e00-\u9fff]/)
      expect(entry.actionZh).toMatch(/[\u4e00-\u9fff]/)
      expect(entry.en + entry.actionEn).not.toMatch(/[\u4e00-\u9fff]/)
    }
    expect(describeResponseCode('ZZ').class).toBe('declined')
    expect(isApproval('toString')).toBe(false)
  })

  it('tells the time of the place and finds the date behind a month and day', () => {
    expect(localTime(new Date('2026-12-31T16:00:00Z'))).toEqual({ time: '000000', date: '0101', isoDate: '2027-01-01' })
    expect(dateOfMonthDay('1231', '2027-01-01')).toBe('2026-12-31')
    expect(dateOfMonthDay('0229', '2027-01-01')).toBe('2024-02-29')
    expect(dateOfMonthDay('0230', '2027-01-01')).toBeUndefined()
    expect(daysBetween('2026-02-28', '2026-03-01')).toBe(1)
  })

  it('payment ids are version 7 and sort by time', () => {
    const early = paymentIdAt(new Date(1_700_000_000_000), Buffer.alloc(10, 255))
    const late = paymentIdAt(new Date(1_700_000_000_001), Buffer.alloc(10))
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(early < late).toBe(true)
    expect(shardOf(Buffer.from('ffff', 'hex'))).toBe(63)
  })
})
