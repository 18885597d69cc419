// The comparison finds nothing where nothing is wrong, and finds each single thing that a doctored row makes wrong. Without this
// a run's "0 differences" would say nothing.

import { describe, expect, it } from 'vitest'
import { compareRecords } from './compare-records.ts'
import { explainSettlementCases } from './explain-settlement-cases.ts'
import { sumsOf } from './compare-sums.ts'
import type {
  AcquirerPayment,
  IssuerAuthorization,
  LedgerTransfer,
  PaymentRecords,
  TerminalPayment,
} from './payment-records.ts'

const merchantId = '898000000010001'
const holder = 'cardholder:a1'
const merchant = `merchant:${merchantId}`

const terminalRow = {
  terminalId: '20000001',
  batchNumber: 1,
  kind: 'purchase',
  amountMinor: 1_000n,
  outcome: 'approved',
  wasUnknown: false,
  note: '',
} as const
const acquirerRow = {
  terminalId: '20000001',
  merchantId,
  batchNumber: 1,
  kind: 'purchase',
  state: 'approved',
  amountMinor: 1_000n,
  refundedMinor: 0n,
  originalPaymentId: null,
}
const issuerRow = {
  kind: 'purchase',
  state: 'approved',
  amountMinor: 1_000n,
  originalPaymentId: null,
  accountId: 'a1',
  merchantId,
}

/**
 * A purchase that stands with a refund of part of it (1, 6), a voided purchase (2, 3), a reversed one (4), a completed
 * pre-authorization (7, 8), one declined without a row at the host (5), and a void that was itself reversed (9, 10).
 */
const good: PaymentRecords = {
  terminal: [
    { ...terminalRow, stan: 1, rrn: 'r1', approvalCode: '000001' },
    { ...terminalRow, stan: 2, rrn: 'r2', approvalCode: '000002' },
    { ...terminalRow, stan: 3, kind: 'void', rrn: 'r3', approvalCode: '000003' },
    { ...terminalRow, stan: 4, outcome: 'reversed', wasUnknown: true, rrn: undefined, approvalCode: undefined },
    { ...terminalRow, stan: 5, outcome: 'declined', rrn: undefined, approvalCode: undefined },
    { ...terminalRow, stan: 6, kind: 'refund', amountMinor: 300n, rrn: 'r6', approvalCode: '000006' },
    { ...terminalRow, stan: 7, kind: 'preAuthorization', rrn: 'r7', approvalCode: '000007' },
    { ...terminalRow, stan: 8, kind: 'completion', amountMinor: 900n, rrn: 'r8', approvalCode: '000008' },
    { ...terminalRow, stan: 9, rrn: 'r9', approvalCode: '000009' },
    {
      ...terminalRow,
      stan: 10,
      kind: 'void',
      outcome: 'reversed',
      wasUnknown: true,
      rrn: undefined,
      approvalCode: undefined,
    },
  ],
  acquirer: [
    { ...acquirerRow, stan: 1, paymentId: 'p1', rrn: 'r1', approvalCode: '000001', refundedMinor: 300n },
    { ...acquirerRow, stan: 2, paymentId: 'p2', rrn: 'r2', approvalCode: '000002', state: 'voided' },
    {
      ...acquirerRow,
      stan: 3,
      paymentId: 'p3',
      rrn: 'r3',
      approvalCode: '000003',
      kind: 'void',
      originalPaymentId: 'p2',
    },
    { ...acquirerRow, stan: 4, paymentId: 'p4', rrn: 'r4', approvalCode: '000004', state: 'reversed' },
    {
      ...acquirerRow,
      stan: 6,
      paymentId: 'p6',
      rrn: 'r6',
      approvalCode: '000006',
      kind: 'refund',
      amountMinor: 300n,
      originalPaymentId: 'p1',
    },
    {
      ...acquirerRow,
      stan: 7,
      paymentId: 'p7',
      rrn: 'r7',
      approvalCode: '000007',
      kind: 'preAuthorization',
      state: 'completed',
    },
    {
      ...acquirerRow,
      stan: 8,
      paymentId: 'p8',
      rrn: 'r8',
      approvalCode: '000008',
      kind: 'completion',
      amountMinor: 900n,
      originalPaymentId: 'p7',
    },
    { ...acquirerRow, stan: 9, paymentId: 'p9', rrn: 'r9', approvalCode: '000009' },
    {
      ...acquirerRow,
      stan: 10,
      paymentId: 'p10',
      rrn: 'r10',
      approvalCode: '000010',
      kind: 'void',
      state: 'reversed',
      originalPaymentId: 'p9',
    },
  ],
  issuer: [
    { ...issuerRow, paymentId: 'p1', approvalCode: '000001' },
    { ...issuerRow, paymentId: 'p2', approvalCode: '000002', state: 'voided' },
    { ...issuerRow, paymentId: 'p3', approvalCode: '000003', kind: 'void', originalPaymentId: 'p2' },
    { ...issuerRow, paymentId: 'p4', approvalCode: '000004', state: 'reversed' },
    { ...issuerRow, paymentId: 'x4', approvalCode: null, kind: 'reversal', originalPaymentId: 'p4' },
    {
      ...issuerRow,
      paymentId: 'p6',
      approvalCode: '000006',
      kind: 'refund',
      amountMinor: 300n,
      originalPaymentId: 'p1',
    },
    { ...issuerRow, paymentId: 'p7', approvalCode: '000007', kind: 'preAuthorization', state: 'completed' },
    {
      ...issuerRow,
      paymentId: 'p8',
      approvalCode: '000008',
      kind: 'completion',
      amountMinor: 900n,
      originalPaymentId: 'p7',
    },
    { ...issuerRow, paymentId: 'p9', approvalCode: '000009' },
    {
      ...issuerRow,
      paymentId: 'p10',
      approvalCode: '000010',
      kind: 'void',
      state: 'reversed',
      originalPaymentId: 'p9',
    },
    { ...issuerRow, paymentId: 'x10', approvalCode: null, kind: 'reversal', originalPaymentId: 'p10' },
  ],
  ledger: [
    { transferId: 't0', paymentId: 'load', debit: 'custody:pool', credit: holder, amountMinor: 99_000n, kind: 'load' },
    { transferId: 't1', paymentId: 'p1', debit: holder, credit: merchant, amountMinor: 1_000n, kind: 'purchase' },
    { transferId: 't2', paymentId: 'p2', debit: holder, credit: merchant, amountMinor: 1_000n, kind: 'purchase' },
    { transferId: 't3', paymentId: 'p3', debit: merchant, credit: holder, amountMinor: 1_000n, kind: 'void' },
    { transferId: 't4', paymentId: 'p4', debit: holder, credit: merchant, amountMinor: 1_000n, kind: 'purchase' },
    { transferId: 't5', paymentId: 'x4', debit: merchant, credit: holder, amountMinor: 1_000n, kind: 'reversal' },
    { transferId: 't6', paymentId: 'p6', debit: merchant, credit: holder, amountMinor: 300n, kind: 'refund' },
    { transferId: 't8', paymentId: 'p8', debit: holder, credit: merchant, amountMinor: 900n, kind: 'completion' },
    { transferId: 't9', paymentId: 'p9', debit: holder, credit: merchant, amountMinor: 1_000n, kind: 'purchase' },
    { transferId: 't10', paymentId: 'p10', debit: merchant, credit: holder, amountMinor: 1_000n, kind: 'void' },
    // The cardholder could not cover all of it when the void was undone.
    { transferId: 't11', paymentId: 'x10', debit: holder, credit: merchant, amountMinor: 600n, kind: 'reversal' },
    {
      transferId: 't12',
      paymentId: 'x10',
      debit: 'receivable:a1',
      credit: merchant,
      amountMinor: 400n,
      kind: 'shortfall',
    },
  ],
}

const terminal = (stan: number, change: Partial<TerminalPayment>): PaymentRecords => ({
  ...good,
  terminal: good.terminal.map((row) => (row.stan === stan ? { ...row, ...change } : row)),
})
const acquirer = (paymentId: string, change: Partial<AcquirerPayment>): PaymentRecords => ({
  ...good,
  acquirer: good.acquirer.map((row) => (row.paymentId === paymentId ? { ...row, ...change } : row)),
})
const issuer = (paymentId: string, change: Partial<IssuerAuthorization>): PaymentRecords => ({
  ...good,
  issuer: good.issuer.map((row) => (row.paymentId === paymentId ? { ...row, ...change } : row)),
})
const ledger = (transferId: string, change: Partial<LedgerTransfer>): PaymentRecords => ({
  ...good,
  ledger: good.ledger.map((row) => (row.transferId === transferId ? { ...row, ...change } : row)),
})

describe('comparison of the record sets', () => {
  it('finds nothing where terminals, acquirer, issuer and ledger agree', () => {
    expect(compareRecords(good)).toEqual([])
    expect(sumsOf(good)).toEqual({ terminal: 2_600n, acquirer: 2_600n, issuer: 2_600n, ledger: 2_600n })
  })

  it.each<[string, string, PaymentRecords]>([
    [
      'an approval the host lost',
      'terminal – acquirer',
      { ...good, acquirer: good.acquirer.filter(({ stan }) => stan !== 1) },
    ],
    ['an approval the host reversed', 'terminal – acquirer', acquirer('p1', { state: 'reversed', refundedMinor: 0n })],
    ['another amount at the host', 'terminal – acquirer', acquirer('p9', { amountMinor: 999n })],
    ['another amount on the slip', 'terminal – acquirer', terminal(1, { amountMinor: 1_001n })],
    ['another approval code on the slip', 'terminal – acquirer', terminal(1, { approvalCode: '999999' })],
    ['another reference on the slip', 'terminal – acquirer', terminal(1, { rrn: 'r99' })],
    [
      'money taken of which the terminal knows nothing',
      'terminal – acquirer',
      { ...good, terminal: good.terminal.slice(1) },
    ],
    ['money taken although declined', 'terminal – acquirer', terminal(1, { outcome: 'declined' })],
    ['money taken although never sent', 'terminal – acquirer', terminal(1, { outcome: 'notSent' })],
    ['a reversal that was lost', 'terminal – acquirer', terminal(9, { outcome: 'reversed' })],
    ['a decline that was reversed at the host', 'terminal – acquirer', terminal(4, { outcome: 'declined' })],
    ['a payment still in doubt', 'terminal – acquirer', terminal(4, { outcome: 'stuck' })],
    [
      'a journal row twice',
      'terminal – acquirer',
      { ...good, acquirer: [...good.acquirer, { ...good.acquirer[0]!, paymentId: 'p99' }] },
    ],
    ['a trace used twice', 'terminal – acquirer', { ...good, terminal: [...good.terminal, good.terminal[0]!] }],
    ['a voided purchase that stands', 'acquirer', acquirer('p2', { state: 'approved' })],
    ['a purchase voided by nobody', 'acquirer', acquirer('p9', { state: 'voided' })],
    ['a void of what was reversed', 'acquirer', acquirer('p2', { state: 'reversed' })],
    ['refunds that are not counted', 'acquirer', acquirer('p1', { refundedMinor: 0n })],
    ['refunds beyond the payment', 'acquirer', acquirer('p6', { amountMinor: 1_300n })],
    ['a completion that left its hold open', 'acquirer', acquirer('p7', { state: 'approved' })],
    ['a row nobody knows the end of', 'acquirer', acquirer('p4', { state: 'unknown' })],
    ['a reference number given twice', 'acquirer', acquirer('p9', { rrn: 'r1' })],
    [
      'no authorization',
      'acquirer – issuer',
      { ...good, issuer: good.issuer.filter(({ paymentId }) => paymentId !== 'p9') },
    ],
    ['an authorization that does not stand', 'acquirer – issuer', issuer('p9', { state: 'declined' })],
    ['an authorization of another amount', 'acquirer – issuer', issuer('p9', { amountMinor: 1n })],
    ['an authorization of another kind', 'acquirer – issuer', issuer('p9', { kind: 'completion' })],
    ['an authorization with another code', 'acquirer – issuer', issuer('p9', { approvalCode: '000000' })],
    ['an authorization twice', 'acquirer – issuer', { ...good, issuer: [...good.issuer, good.issuer[0]!] }],
    [
      'an authorization nobody journalled',
      'acquirer – issuer',
      {
        ...good,
        issuer: [...good.issuer, { ...issuerRow, paymentId: 'p77', approvalCode: '000077', kind: 'preAuthorization' }],
      },
    ],
    ['a reversal of what stands', 'acquirer – issuer', issuer('x4', { originalPaymentId: 'p9' })],
    [
      'what is reversed without a reversal',
      'acquirer – issuer',
      { ...good, issuer: good.issuer.filter(({ paymentId }) => paymentId !== 'x4') },
    ],
    [
      'a transfer that is missing',
      'issuer – ledger',
      { ...good, ledger: good.ledger.filter(({ transferId }) => transferId !== 't9') },
    ],
    [
      'a transfer twice',
      'issuer – ledger',
      { ...good, ledger: [...good.ledger, { ...good.ledger[1]!, transferId: 't99' }] },
    ],
    ['the same transfer twice', 'issuer – ledger', { ...good, ledger: [...good.ledger, good.ledger[0]!] }],
    ['a transfer of another amount', 'issuer – ledger', ledger('t9', { amountMinor: 1n })],
    ['a transfer the wrong way', 'issuer – ledger', ledger('t9', { debit: merchant, credit: holder })],
    ['a transfer from another cardholder', 'issuer – ledger', ledger('t9', { debit: 'cardholder:b2' })],
    ['a transfer to another merchant', 'issuer – ledger', ledger('t9', { credit: 'merchant:other' })],
    [
      'a reversal that gave nothing back',
      'issuer – ledger',
      { ...good, ledger: good.ledger.filter(({ transferId }) => transferId !== 't5') },
    ],
    [
      'a reversal that gave back twice',
      'issuer – ledger',
      { ...good, ledger: [...good.ledger, { ...good.ledger[5]!, transferId: 't55' }] },
    ],
    ['a transfer of a hold', 'issuer – ledger', ledger('t8', { paymentId: 'p7' })],
    [
      'a transfer of nobody',
      'issuer – ledger',
      { ...good, ledger: [...good.ledger, { ...good.ledger[1]!, transferId: 't66', paymentId: 'p66' }] },
    ],
    ['a sum of a terminal', 'sums terminal – acquirer', terminal(9, { amountMinor: 1_001n })],
    ['a sum of a merchant', 'sums acquirer – ledger', ledger('t9', { amountMinor: 1_001n })],
  ])('finds %s', (_name, between, records) => {
    expect(compareRecords(records).map((difference) => difference.between)).toContain(between)
  })

  it('takes a repeated reversal that moves nothing for what it is', () => {
    const again = { ...issuerRow, paymentId: 'y4', approvalCode: null, kind: 'reversal', originalPaymentId: 'p4' }
    expect(compareRecords({ ...good, issuer: [...good.issuer, again] })).toEqual([])
  })

  it('leaves a case to its person, whatever the host did, and still compares the sums', () => {
    expect(compareRecords(terminal(9, { outcome: 'case' }))).toEqual([])
    const nothingThere = terminal(5, { outcome: 'case' })
    expect(compareRecords(nothingThere)).toEqual([])
  })

  it('accepts a settlement case only where the terminal has one of the same batch', () => {
    const row = { terminalId: '20000001', batchNumber: 1, stan: 9, difference: 'hostOnly' }
    expect(explainSettlementCases([row], good.terminal)).toHaveLength(1)
    expect(explainSettlementCases([row], terminal(9, { outcome: 'case' }).terminal)).toEqual([])
  })
})
