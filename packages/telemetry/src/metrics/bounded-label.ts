// Keeps the values of a metric's label to a list known beforehand. A label that took whatever arrives would let one peer
// with a random generator fill the memory of the server and of whoever stores its metrics.

/** Answers the value when it is one of those known, else `other`. */
export function boundedLabel(known: Iterable<string>): (value: string) => string {
  const values = new Set(known)
  return (value) => (values.has(value) ? value : 'other')
}
