// Whether a statement says in which shard it works. The statement is taken apart by PostgreSQL's own parser; every mention of a
// distributed table must be tied to a shard that comes from a parameter: by `shard = $1`, by a join over the shard with rows made
// of parameters (`unnest($1::smallint[], …)`), or by a chain of such joins through other tables and named parts of the statement.
// An insert must bring the shard along in the same way.

import { loadModule, parseSync } from 'libpg-query'

/** A node of the parser: an object with the name of its kind as the only key, or one of its parts. */
type Node = Readonly<Record<string, unknown>>

export interface LooseTable {
  readonly table: string
  /** The name it has in the statement. */
  readonly alias: string
}

export interface ShardReading {
  /** Distributed tables the statement touches. */
  readonly touched: readonly string[]
  /** Those it touches without saying in which shard. */
  readonly loose: readonly LooseTable[]
  /** The parameters that say it, by number: each one shard or an array of them. */
  readonly shardParameters: readonly number[]
}

export async function loadParser(): Promise<void> {
  await loadModule()
}

/** Call `loadParser` first. Throws for what PostgreSQL cannot parse. */
export function readShardKey(text: string, distributed: ReadonlySet<string>): ShardReading {
  const reader = new StatementReader(distributed)
  const { stmts } = parseSync(text) as unknown as { stmts?: readonly Node[] }
  for (const { stmt } of stmts ?? []) reader.query(stmt as Node, undefined)
  return reader.result()
}

/** Things known to be equal stand in one class. What the caller gives is called `$1`, `$2`, and what the text says `constant`. */
class EqualValues {
  readonly #parent = new Map<string, string>()

  find(value: string): string {
    let found = value
    for (let up = this.#parent.get(found); up !== undefined; up = this.#parent.get(found)) found = up
    return found
  }

  join(one: string, other: string): void {
    const [a, b] = [this.find(one), this.find(other)]
    if (a !== b) this.#parent.set(a, b)
  }
}

const constant = 'constant'
const isGiven = (value: string): boolean => value === constant || value.startsWith('$')

/** One entry of a FROM list, or the target of a change. */
interface Source {
  readonly alias: string
  /** The value that a column of it stands for; undefined when it has none of that name, as far as can be seen. */
  column(name: string): string | undefined
}

interface Scope {
  readonly sources: Source[]
  readonly named: Map<string, Source>
  readonly outer: Scope | undefined
}

/** What a query gives: its columns by name and by position. */
interface Output {
  column(name: string): string | undefined
  at(position: number): string | undefined
}

class StatementReader {
  readonly #distributed: ReadonlySet<string>
  readonly #equal = new EqualValues()
  readonly #mentions: { table: string; alias: string; shard: string }[] = []
  readonly #given = new Set<string>()
  #count = 0

  constructor(distributed: ReadonlySet<string>) {
    this.#distributed = distributed
  }

  result(): ShardReading {
    const givenFor = (shard: string): string[] =>
      [...this.#given].filter((given) => this.#equal.find(given) === this.#equal.find(shard))
    const loose = this.#mentions.filter(({ shard }) => givenFor(shard).length === 0)
    const numbers = this.#mentions.flatMap(({ shard }) => givenFor(shard)).filter((given) => given !== constant)
    return {
      touched: [...new Set(this.#mentions.map(({ table }) => table))],
      loose: loose.map(({ table, alias }) => ({ table, alias })),
      shardParameters: [...new Set(numbers)].map((given) => Number(given.slice(1))),
    }
  }

  query(node: Node, outer: Scope | undefined): Output {
    const [kind, body] = only(node)
    switch (kind) {
      case 'SelectStmt':
        return this.#select(body, outer)
      case 'InsertStmt':
        return this.#insert(body, outer)
      case 'UpdateStmt':
        return this.#change(body, outer, 'fromClause')
      case 'DeleteStmt':
        return this.#change(body, outer, 'usingClause')
      default:
        // begin, commit, set, notify: they touch no table.
        return { column: () => undefined, at: () => undefined }
    }
  }

  #scope(body: Node, outer: Scope | undefined): Scope {
    const scope: Scope = { sources: [], named: new Map(), outer }
    const clause = body['withClause'] as Node | undefined
    for (const each of list(clause?.['ctes'])) {
      const part = only(each)[1]
      const alias = String(part['ctename'])
      const inner = part['ctequery'] as Node
      const output = clause?.['recursive'] === true ? this.#recursive(inner, alias, scope) : this.query(inner, scope)
      scope.named.set(alias, this.#renamed(alias, output, part['aliascolnames']))
    }
    return scope
  }

  /** The first half of a recursive query is what its second half means by its name. */
  #recursive(node: Node, alias: string, scope: Scope): Output {
    const [kind, body] = only(node)
    const first = body['larg'] as Node | undefined
    if (kind !== 'SelectStmt' || first === undefined) return this.query(node, scope)
    const output = this.#select(first, scope)
    const inner: Scope = {
      sources: [],
      named: new Map([[alias, { alias, column: (name) => output.column(name) }]]),
      outer: scope,
    }
    this.#select(body['rarg'] as Node, inner)
    return output
  }

  #select(body: Node, outer: Scope | undefined): Output {
    const scope = this.#scope(body, outer)
    if (body['larg'] !== undefined) {
      const first = this.#select(body['larg'] as Node, scope)
      this.#select(body['rarg'] as Node, scope)
      return first
    }
    for (const each of list(body['fromClause'])) this.#from(each, scope)
    this.#condition(body['whereClause'], scope)
    for (const part of ['targetList', 'havingClause', 'groupClause', 'sortClause', 'limitCount'])
      this.#visit(body[part], scope)
    const values = list(body['valuesLists'])
    if (values.length > 0) return this.#values(values, scope)
    return this.#targets(list(body['targetList']), scope)
  }

  #values(rows: readonly Node[], scope: Scope): Output {
    const columns = rows.map((row) => list(only(row)[1]['items']).map((value) => this.#value(value, scope)))
    const at = (position: number): string | undefined => {
      const all = columns.flatMap((row) => row[position] ?? [])
      if (all.length < rows.length || !all.every(isGiven)) return undefined
      for (const value of all) this.#equal.join(all[0]!, value)
      return all[0]
    }
    return { column: (name) => (/^column\d+$/.test(name) ? at(Number(name.slice(6)) - 1) : undefined), at }
  }

  #targets(targets: readonly Node[], scope: Scope): Output {
    const entries = targets.map((target) => {
      const { name, val } = only(target)[1]
      const fields = fieldsOf(val as Node)
      const isStar = fields?.at(-1) === '*'
      return { name: textOf(name) ?? fields?.at(-1), value: val as Node, isStar, of: fields?.[0] }
    })
    const column = (wanted: string): string | undefined => {
      const named = entries.find(({ name, isStar }) => !isStar && name === wanted)
      if (named) return this.#value(named.value, scope)
      for (const star of entries.filter(({ isStar }) => isStar)) {
        const source = star.of === '*' ? undefined : sourceNamed(scope, star.of!)
        // A bare star means what this query reads itself, not what is around it.
        const value = source ? source.column(wanted) : this.#unqualified(wanted, { ...scope, outer: undefined })
        if (value !== undefined) return value
      }
      return undefined
    }
    return {
      column,
      // Behind a star positions cannot be counted without knowing the tables; a star over one function gives its arguments.
      at: (position) => {
        const entry = entries[position]
        if (entries[0]?.isStar) return scope.sources.length === 1 ? scope.sources[0]!.column(`#${position}`) : undefined
        return entry && this.#value(entry.value, scope)
      },
    }
  }

  #insert(body: Node, outer: Scope | undefined): Output {
    const scope = this.#scope(body, outer)
    const target = this.#table(body['relation'] as Node, scope)
    const columns = list(body['cols']).map((each) => String(only(each)[1]['name']))
    const given = body['selectStmt'] === undefined ? undefined : this.query(body['selectStmt'] as Node, scope)
    columns.forEach((name, position) => {
      const value = given?.at(position)
      const own = target.column(name)
      if (value !== undefined && own !== undefined) this.#equal.join(own, value)
    })
    scope.sources.push(target)
    const conflict = body['onConflictClause'] as Node | undefined
    this.#visit(conflict?.['targetList'], scope)
    return this.#targets(list(body['returningList'] ?? returningOf(body)), scope)
  }

  #change(body: Node, outer: Scope | undefined, from: 'fromClause' | 'usingClause'): Output {
    const scope = this.#scope(body, outer)
    scope.sources.push(this.#table(body['relation'] as Node, scope))
    for (const each of list(body[from])) this.#from(each, scope)
    this.#condition(body['whereClause'], scope)
    this.#visit(body['targetList'], scope)
    return this.#targets(list(body['returningList'] ?? returningOf(body)), scope)
  }

  #from(node: Node, scope: Scope): Source[] {
    const before = scope.sources.length
    const [kind, body] = only(node)
    if (kind === 'JoinExpr') {
      const left = this.#from(body['larg'] as Node, scope)
      const right = this.#from(body['rarg'] as Node, scope)
      this.#condition(body['quals'], scope)
      for (const each of list(body['usingClause'])) {
        const name = String(only(each)[1]['sval'])
        const values = [...left, ...right].flatMap((source) => source.column(name) ?? [])
        for (const value of values) this.#equal.join(values[0]!, value)
      }
    } else if (kind === 'RangeVar') scope.sources.push(this.#table(body, scope))
    else if (kind === 'RangeSubselect') {
      const alias = aliasOf(body)
      const output = this.query(body['subquery'] as Node, scope)
      scope.sources.push(this.#renamed(alias ?? `sub ${++this.#count}`, output, aliasNode(body)?.['colnames']))
    } else if (kind === 'RangeFunction') scope.sources.push(this.#function(body, scope))
    return scope.sources.slice(before)
  }

  #table(range: Node, scope: Scope): Source {
    const relation = String(range['relname'])
    const alias = aliasOf(range) ?? relation
    const schema = range['schemaname']
    const part = schema === undefined ? namedPart(scope, relation) : undefined
    if (part) return { alias, column: (name) => part.column(name) }
    const table = `${String(schema)}.${relation}`
    const id = `${table} ${++this.#count}`
    const isDistributed = this.#distributed.has(table)
    if (isDistributed) this.#mentions.push({ table, alias, shard: `${id}.shard` })
    return { alias, column: (name) => (name === 'shard' && !isDistributed ? undefined : `${id}.${name}`) }
  }

  /**
   * Rows made of parameters: every column of `unnest($1, $2, …)` is a parameter, and the rows of `unnest($1::schema.type[])` have their
   * shard first. Any other function says nothing about shards.
   */
  #function(body: Node, scope: Scope): Source {
    this.#visit(body['functions'], scope)
    const call = only(list(only(list(body['functions'])[0]!)[1]['items'])[0] ?? {})
    const name = list(call[1]['funcname'])
      .map((part) => String(only(part)[1]['sval']))
      .at(-1)
    const values = list(call[1]['args']).map((value) => this.#value(value, scope))
    const names = list(aliasNode(body)?.['colnames']).map((each) => String(only(each)[1]['sval']))
    const at = (position: number): string | undefined => (name === 'unnest' ? values[position] : undefined)
    const holdsRows = isArrayOfRows(list(call[1]['args'])[0])
    return {
      alias: aliasOf(body) ?? `function ${++this.#count}`,
      column: (wanted) => {
        if (wanted.startsWith('#')) return at(Number(wanted.slice(1)))
        return holdsRows && wanted === 'shard' ? at(0) : at(names.indexOf(wanted))
      },
    }
  }

  #renamed(alias: string, output: Output, colnames: unknown): Source {
    const names = list(colnames).map((each) => String(only(each)[1]['sval']))
    return {
      alias,
      column: (name) => (names.includes(name) ? output.at(names.indexOf(name)) : output.column(name)),
    }
  }

  /** What must be true for every row: the parts of an `and`. */
  #condition(node: unknown, scope: Scope): void {
    if (node === undefined) return
    const [kind, body] = only(node as Node)
    if (kind === 'BoolExpr' && body['boolop'] === 'AND_EXPR') {
      for (const each of list(body['args'])) this.#condition(each, scope)
      return
    }
    if (kind === 'A_Expr' && operatorOf(body) === '=') {
      const left = this.#value(body['lexpr'] as Node, scope)
      const right = this.#value(body['rexpr'] as Node, scope)
      // `= any($1)` with one shard in it is one shard; with more it is a batch that this process mixed.
      const isEquality = body['kind'] === 'AEXPR_OP' || body['kind'] === 'AEXPR_OP_ANY'
      if (isEquality && left !== undefined && right !== undefined) this.#equal.join(left, right)
    }
    this.#visit(node, scope)
  }

  /** Finds the queries inside expressions. */
  #visit(node: unknown, scope: Scope): void {
    if (Array.isArray(node)) for (const each of node) this.#visit(each, scope)
    else if (typeof node === 'object' && node !== null) {
      for (const [kind, body] of Object.entries(node)) {
        if (kind === 'SubLink') {
          this.query((body as Node)['subselect'] as Node, scope)
          this.#visit((body as Node)['testexpr'], scope)
        } else this.#visit(body, scope)
      }
    }
  }

  #value(node: Node | undefined, scope: Scope): string | undefined {
    if (node === undefined) return undefined
    const [kind, body] = only(node)
    if (kind === 'ParamRef' || kind === 'A_Const') {
      const given = kind === 'ParamRef' ? `$${String(body['number'])}` : constant
      this.#given.add(given)
      return given
    }
    if (kind === 'TypeCast') return this.#value(body['arg'] as Node, scope)
    const fields = fieldsOf(node)
    if (fields === undefined || fields.at(-1) === '*') return undefined
    const [first, second] = fields
    if (second === undefined) return this.#unqualified(first!, scope)
    return sourceNamed(scope, fields.at(-2)!)?.column(fields.at(-1)!)
  }

  /** One source has the column, or the statement would not be valid; tables are asked last, for they claim every column. */
  #unqualified(name: string, scope: Scope | undefined): string | undefined {
    for (let each = scope; each !== undefined; each = each.outer) {
      const values = each.sources.flatMap((source) => source.column(name) ?? [])
      if (values.length > 0) return values.find((value) => !value.includes(' ')) ?? values[0]
    }
    return undefined
  }
}

/** A parameter that is cast to an array of one of the schemas' own types. */
function isArrayOfRows(argument: Node | undefined): boolean {
  const [kind, body] = only(argument ?? {})
  const names = list((body['typeName'] as Node | undefined)?.['names']).map((part) => String(only(part)[1]['sval']))
  return kind === 'TypeCast' && names.length === 2 && names[0] !== 'pg_catalog'
}

function only(node: Node): readonly [string, Node] {
  const entry = Object.entries(node)[0]
  return entry ? [entry[0], (entry[1] ?? {}) as Node] : ['', {}]
}

function list(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as Node[]) : []
}

/** The parser of PostgreSQL 18 wraps the list. */
function returningOf(body: Node): unknown {
  return (body['returningClause'] as Node | undefined)?.['exprs']
}

function fieldsOf(node: Node): string[] | undefined {
  const [kind, body] = only(node)
  if (kind !== 'ColumnRef') return undefined
  return list(body['fields']).map((field) => {
    const [name, part] = only(field)
    return name === 'A_Star' ? '*' : String(part['sval'])
  })
}

function operatorOf(body: Node): string {
  return list(body['name'])
    .map((part) => String(only(part)[1]['sval']))
    .join('.')
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function aliasNode(body: Node): Node | undefined {
  return body['alias'] as Node | undefined
}

function aliasOf(body: Node): string | undefined {
  return textOf(aliasNode(body)?.['aliasname'])
}

function sourceNamed(scope: Scope, alias: string): Source | undefined {
  for (let each: Scope | undefined = scope; each !== undefined; each = each.outer) {
    const found = each.sources.find((source) => source.alias === alias)
    if (found) return found
  }
  return undefined
}

function namedPart(scope: Scope, name: string): Source | undefined {
  for (let each: Scope | undefined = scope; each !== undefined; each = each.outer) {
    const found = each.named.get(name)
    if (found) return found
  }
  return undefined
}
