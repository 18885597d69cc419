// One recognised message as text: how it was read, then its fields as a table. Values come masked from the codec.

import type { DescribedField, Title } from '@shua/iso8583'
import { suspectLeaves } from './card-number.ts'
import { displayWidth, padToWidth, printable } from './display-width.ts'
import { headSizes, type Reading } from './recognise.ts'
import { type Language, type Words, words } from './words.ts'

export function printReading(reading: Reading, lang: Language): string[] {
  const { codec, payload, verdict } = reading
  const say = words[lang]
  const { mti, mtiName, fields } = codec.describe(payload)
  const stopped = typeof verdict === 'string' ? [] : stopLines(reading, verdict, { lang, fields })
  // Before the first field nothing has shown that these bytes are a message, so none of them are printed.
  if (typeof verdict !== 'string' && verdict.offset === 0) return [say.noFit, say.unreadable, ...stopped]
  const wrongLength = reading.announced !== undefined && reading.announced !== payload.length
  return [
    ...(typeof verdict === 'string' ? [] : [say.noFit, say.farthest]),
    ...aligned(headRows(reading, { lang, type: `${mti} ${titleIn(mtiName, lang)}` }), '  '),
    ...(verdict === 'changes' ? [say.changes] : []),
    ...(wrongLength && typeof verdict === 'string' ? [say.wrongLength] : []),
    '',
    ...aligned([say.columns, ...tableRows(reading, fields, lang)], '  '),
    ...(stopped.length > 0 ? ['', ...stopped] : []),
  ]
}

const titleIn = (title: Title, lang: Language): string => (lang === 'zh' ? (title.zh ?? title.en) : title.en)

function headRows(reading: Reading, { lang, type }: { lang: Language; type: string }): string[][] {
  const { framing, announced, payload, enveloped, codec } = reading
  const say: Words = words[lang]
  const { name, title } = codec.dialect
  const length = announced === undefined ? '' : say.announced(announced, payload.length)
  return [
    [say.framing, `${say.framings[framing]}${length}`],
    [say.envelope, enveloped ? say.enveloped : say.bare],
    [say.dialect, `${titleIn(title, lang)} (${name})`],
    [say.type, type],
  ]
}

function tableRows({ payload, verdict }: Reading, fields: readonly DescribedField[], lang: Language): string[][] {
  const suspects = suspectLeaves(fields, payload, verdict !== 'fits')
  const rowsOf = (field: DescribedField, depth: number): string[][] => {
    const { path, title, value, children = [] } = field
    const hidden = suspects.has(field) ? '*'.repeat(value.length) : value
    const shown = children.length > 0 ? '' : printable(hidden)
    return [
      [`${'  '.repeat(depth)}${path}`, titleIn(title, lang), shown],
      ...children.flatMap((child) => rowsOf(child, depth + 1)),
    ]
  }
  return fields.flatMap((field) => rowsOf(field, 0))
}

interface Verdict {
  readonly offset: number
  readonly fault: {
    readonly code: string
    readonly path: string | undefined
    readonly details: Readonly<Record<string, unknown>>
  }
}

function stopLines(
  { framing, payload, codec }: Reading,
  { fault }: Verdict,
  { lang, fields }: { lang: Language; fields: readonly DescribedField[] },
): string[] {
  const say = words[lang]
  const head = headSizes[framing]
  const path = fault.path ?? 'message'
  const spec = codec.dialect.fields[path.split('.')[0]!]
  const part = fields.find((field) => field.path === path)
  const title = spec?.title ?? part?.title
  const at = title === undefined ? path : `${path} ${titleIn(title, lang)}`
  const { offset, expected, actual } = fault.details
  return [
    `${say.stopped(at, head + Number(offset ?? 0), head + payload.length)} (${fault.code})`,
    `  ${say.expected(String(expected), String(actual))}`,
  ]
}

/** Columns as wide as their widest cell. */
function aligned(rows: readonly (readonly string[])[], indent: string): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell))
  }
  return rows.map((row) => (indent + row.map((cell, i) => padToWidth(cell, widths[i]!)).join('  ')).trimEnd())
}
