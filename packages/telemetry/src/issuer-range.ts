// Which number ranges are handed out to card issuers (ISO/IEC 7812-1), roughly and generously. It helps to tell a card
// number inside a longer row of digits from chance; it decides nothing about payments.

interface IssuerRange {
  /** First and last prefix, of equal length, both included. */
  readonly from: string
  readonly to: string
  readonly lengthMin: number
  readonly lengthMax: number
}

const issuerRanges: readonly IssuerRange[] = [
  { from: '1', to: '1', lengthMin: 15, lengthMax: 15 },
  { from: '2221', to: '2720', lengthMin: 16, lengthMax: 16 },
  { from: '300', to: '305', lengthMin: 14, lengthMax: 19 },
  { from: '34', to: '34', lengthMin: 15, lengthMax: 15 },
  { from: '35', to: '35', lengthMin: 16, lengthMax: 19 },
  { from: '36', to: '36', lengthMin: 14, lengthMax: 19 },
  { from: '37', to: '37', lengthMin: 15, lengthMax: 15 },
  { from: '38', to: '39', lengthMin: 14, lengthMax: 19 },
  { from: '4', to: '4', lengthMin: 13, lengthMax: 13 },
  { from: '4', to: '4', lengthMin: 16, lengthMax: 16 },
  { from: '4', to: '4', lengthMin: 19, lengthMax: 19 },
  { from: '50', to: '50', lengthMin: 13, lengthMax: 19 },
  { from: '51', to: '55', lengthMin: 16, lengthMax: 16 },
  { from: '56', to: '58', lengthMin: 13, lengthMax: 19 },
  { from: '60', to: '60', lengthMin: 16, lengthMax: 19 },
  { from: '62', to: '62', lengthMin: 16, lengthMax: 19 },
  { from: '63', to: '63', lengthMin: 13, lengthMax: 19 },
  { from: '64', to: '65', lengthMin: 16, lengthMax: 19 },
  { from: '67', to: '67', lengthMin: 13, lengthMax: 19 },
  { from: '81', to: '81', lengthMin: 16, lengthMax: 19 },
  { from: '9558', to: '9559', lengthMin: 16, lengthMax: 19 },
]

/** Whether a card of some known scheme may have this many digits and this beginning. */
export function inIssuerRange(digits: string): boolean {
  return issuerRanges.some(({ from, to, lengthMin, lengthMax }) => {
    const prefix = digits.slice(0, from.length)
    return digits.length >= lengthMin && digits.length <= lengthMax && prefix >= from && prefix <= to
  })
}
