// Arrays as a table to join others to. PostgreSQL expects ten rows of an `unnest` whose arrays it does not know, and for ten rows it
// prefers to read the whole of a table that is small when it makes the plan; the plan is kept while the table grows. Of a limit that it
// does not know it expects a tenth to come, so it expects one row here and takes the index whatever the size of the table.

/** `arrays` are casts of parameters, as `$1::text[]`; the first must not be null. Its columns are to be named behind: `as wanted(…)`. */
export function batchRows(arrays: readonly string[], options: { readonly withOrdinality?: boolean } = {}): string {
  const ordinality = options.withOrdinality === true ? ' with ordinality' : ''
  return `(select * from unnest(${arrays.join(', ')})${ordinality} limit cardinality(${arrays[0]}))`
}
