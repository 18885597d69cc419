// The text form of an array parameter, `{1,2,"a b",NULL}`, as PostgreSQL reads it. What a batch asks for travels as arrays, a dozen of them
// each time, so this is written for speed: most elements are numbers, codes and ids that need no quotes.

const plain = /^[\w:.+-]+$/
const nullWord = /^null$/i

/** Elements are numbers, bigints, booleans, strings, Dates, bytes or null. */
export function arrayLiteral(elements: readonly unknown[]): string {
  let text = '{'
  for (let index = 0; index < elements.length; index++) {
    if (index > 0) text += ','
    text += elementText(elements[index])
  }
  return `${text}}`
}

function elementText(element: unknown): string {
  if (typeof element === 'string') return stringText(element)
  if (typeof element === 'number' || typeof element === 'bigint') return element.toString()
  if (typeof element === 'boolean') return element ? 't' : 'f'
  return objectText(element)
}

function objectText(element: unknown): string {
  if (element === null) return 'NULL'
  if (Buffer.isBuffer(element)) return `"\\\\x${element.toString('hex')}"`
  if (element instanceof Date) return `"${element.toISOString()}"`
  if (Array.isArray(element)) return arrayLiteral(element)
  if (element instanceof Uint8Array) return `"\\\\x${Buffer.from(element).toString('hex')}"`
  return stringText(JSON.stringify(element))
}

function stringText(text: string): string {
  if (plain.test(text) && !nullWord.test(text)) return text
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
