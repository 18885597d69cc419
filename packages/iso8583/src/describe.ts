// A message for people: every part with its name, its place in the bytes and its value, masked unless asked otherwise.
// A malformed message is described as far as it was read. Its parts may not be what they seem to be – one wrong bit of
// the bitmap moves the PAN into another field – so then every long run of digits is hidden as well.

import type { Fault } from '@shua/assert'
import type { Dialect, Title } from './dialect.ts'
import { hideDigitRuns, maskText } from './mask.ts'
import { mtiTitle } from './mti.ts'
import type { Span } from './tracer.ts'

export interface Description {
  readonly dialect: string
  readonly mti: string
  readonly mtiName: Title
  /** The whole message in hex, with `*` for what is masked. */
  readonly hex: string
  /** The parts of the envelope by their ids, `mti`, `bitmap`, and the fields by number. */
  readonly fields: readonly DescribedField[]
  readonly fault?: DescribedFault
}

export interface DescribedFault {
  readonly code: string
  readonly message: string
  readonly path?: string
  readonly details: Readonly<Record<string, unknown>>
}

export interface DescribedField {
  readonly path: string
  readonly title: Title
  /** Byte offsets in the message, the length prefix included. */
  readonly start: number
  readonly end: number
  /** Hex, with `*` for what is masked. */
  readonly raw: string
  readonly value: string
  readonly sensitive: boolean
  readonly children?: readonly DescribedField[]
}

export interface MessageFacts {
  readonly dialect: Dialect
  readonly mti: string
  readonly spans: readonly Span[]
  readonly fault: Fault | undefined
}

export function describeMessage(bytes: Buffer, facts: MessageFacts, unmask: boolean): Description {
  const { dialect, mti, spans, fault } = facts
  const nibbles = Array.from(bytes.toString('hex').toUpperCase())
  if (!unmask) {
    for (const span of spans) maskSpan(span, nibbles)
    // What was not read can be anything.
    if (fault !== undefined) nibbles.fill('*', spans.at(-1)?.end ?? 0)
  }
  const shown = nibbles.join('')
  const options = { shown, unmask, malformed: fault !== undefined && !unmask }
  return {
    dialect: dialect.name,
    mti,
    mtiName: mti === '' ? { en: 'Unreadable message type', zh: '消息类型无法读取' } : mtiTitle(mti, dialect.mti),
    hex: options.malformed ? hideDigitRuns(shown) : shown,
    fields: spans.map((span) => describeSpan(span, options)),
    ...(fault === undefined ? {} : { fault: describeFault(fault) }),
  }
}

function describeFault(fault: Fault): DescribedFault {
  const { code, message, path, details } = fault
  return { code, message, ...(path === undefined ? {} : { path }), details }
}

/** Puts `*` over the nibbles of every hidden character. */
function maskSpan(span: Span, nibbles: string[]): void {
  for (const child of span.children) maskSpan(child, nibbles)
  const { text, mask, bodyStart, bodyEnd, width, placed } = span
  if (text === undefined) return
  const masked = maskText(text, mask, bodyEnd - bodyStart)
  if (!masked.hidden) return
  if (!placed || !/[^*]/.test(masked.text)) {
    nibbles.fill('*', bodyStart, bodyEnd)
    return
  }
  for (let i = 0; i < text.length; i++) {
    if (masked.text[i] === '*') nibbles.fill('*', bodyStart + i * width, bodyStart + (i + 1) * width)
  }
}

interface DescribeOptions {
  readonly shown: string
  readonly unmask: boolean
  readonly malformed: boolean
}

function describeSpan(span: Span, options: DescribeOptions): DescribedField {
  const { path, title, start, end } = span
  const children = span.children.map((child) => describeSpan(child, options))
  const raw = options.shown.slice(start, end)
  return {
    path,
    title,
    start: Math.floor(start / 2),
    end: Math.ceil(end / 2),
    raw: options.malformed ? hideDigitRuns(raw) : raw,
    value: shownValue(span, children, options),
    sensitive: isSensitive(span) || children.some((child) => child.sensitive),
    ...(children.length > 0 ? { children } : {}),
  }
}

function shownValue(span: Span, children: readonly DescribedField[], options: DescribeOptions): string {
  const { text, mask, bodyStart, bodyEnd } = span
  if (text === undefined) return children.map((child) => child.value).join(' ')
  if (options.unmask) return text
  const shown = maskText(text, mask, bodyEnd - bodyStart).text
  return options.malformed ? hideDigitRuns(shown) : shown
}

/** Whether the dialect says so, or the value gave itself away. */
function isSensitive(span: Span): boolean {
  const { mask, text, bodyStart, bodyEnd } = span
  if (mask === 'pan' || mask === 'track' || mask === 'secret') return true
  return text !== undefined && maskText(text, mask, bodyEnd - bodyStart).hidden
}
