// ISO/IEC 7812-1 annex B: the check digit of an account number.

/** The check digit that completes `body`, or undefined when `body` holds anything but digits. */
export function luhnCheckDigit(body: string): string | undefined {
  if (!/^\d+$/.test(body)) return undefined
  let sum = 0
  for (let i = 0; i < body.length; i++) {
    const digit = body.charCodeAt(body.length - 1 - i) - 48
    const doubled = i % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return String((10 - (sum % 10)) % 10)
}

export function luhnValid(digits: string): boolean {
  return digits.length > 1 && luhnCheckDigit(digits.slice(0, -1)) === digits.at(-1)
}
