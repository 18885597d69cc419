export { luhnCheckDigit, luhnValid } from './luhn.ts'
export { maskPan, parsePan } from './pan.ts'
export { Sensitive } from './sensitive.ts'
export { formatTrack2, parseTrack2, type Track2 } from './track2.ts'
