import { describe, expect, it } from 'vitest'
import { swapTpdu } from './tpdu.ts'

describe('TPDU', () => {
  it.each([
    ['6000030000', '6000000003'],
    ['6006010000', '6000000601'],
    ['6005250000', '6000000525'],
    ['60123456780800', '60567812340800'],
  ])('answers %s with %s', (request, answer) => {
    const payload = Buffer.from(request, 'hex')
    expect(swapTpdu(payload).toString('hex')).toBe(answer)
    expect(payload.toString('hex')).toBe(request)
  })

  it('refuses a payload too short for one', () => {
    expect(() => swapTpdu(Buffer.from('60000300', 'hex'))).toThrow('too short')
  })
})
