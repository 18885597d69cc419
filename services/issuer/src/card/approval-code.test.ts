import { expect, it } from 'vitest'
import { approvalCode } from './approval-code.ts'

const account = '0197a000-0000-7000-8000-00000000a001'

it('visits every code but 000000 once before the first one comes again', () => {
  const seen = new Uint8Array(1_000_000)
  for (let sequence = 1n; sequence < 1_000_000n; sequence++) seen[Number(approvalCode(account, sequence))]! += 1
  expect(seen[0]).toBe(0)
  expect(seen.subarray(1).every((count) => count === 1)).toBe(true)
  expect(approvalCode(account, 1_000_000n)).toBe(approvalCode(account, 1n))
})

it('starts elsewhere for another account and does not count up visibly', () => {
  const codes = [1n, 2n, 3n].map((sequence) => approvalCode(account, sequence))
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
  expect(Number(codes[1]) - Number(codes[0])).not.toBe(1)
  expect(approvalCode('0197a000-0000-7000-8000-00000000a002', 1n)).not.toBe(codes[0])
})
