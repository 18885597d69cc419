// Runs a script step by step, prints what each gave and the slips that came out, and says whether all was as expected.

import type { Writable } from 'node:stream'
import { describeResponseCode } from '@shua/scheme'
import {
  refusalTexts,
  renderSlipText,
  type Language,
  type MemoryPrinter,
  type RefusalReason,
} from '@shua/terminal-core'
import { runStep, type StepContext, type StepResult } from './run-step.ts'
import type { ScriptStep } from './script.ts'

export interface RunScriptOptions {
  readonly steps: readonly ScriptStep[]
  readonly context: StepContext
  readonly paper: MemoryPrinter
  readonly language: Language
  readonly out: Writable
}

/** The number of steps that gave something else than expected. */
export async function runScript(options: RunScriptOptions): Promise<number> {
  const { steps, context, paper, out } = options
  let surprises = 0
  for (const step of steps) {
    const before = new Set(paper.slips.map(({ id }) => id))
    const result = await runStep(step, context)
    const asExpected = step.expected === undefined ? result.succeeded : result.words.includes(step.expected)
    if (!asExpected) surprises += 1
    out.write(`${line(step, result, asExpected, options.language)}\n`)
    for (const slip of paper.slips.filter(({ id }) => !before.has(id)).toReversed()) {
      out.write(`\n${renderSlipText(slip.markup).trimEnd()}\n\n`)
    }
  }
  out.write(`${steps.length} steps, ${surprises} not as expected\n`)
  return surprises
}

function line(step: ScriptStep, result: StepResult, asExpected: boolean, language: Language): string {
  const mark = asExpected ? '✓' : '✗'
  const [kind] = result.words
  const subject = step.subject === undefined ? '' : ` ${step.subject}`
  const parts = [`${mark} ${step.name}${subject}: ${kind}`, meaning(result, language), result.details.join(', ')]
  if (!asExpected) parts.push(`expected ${step.expected ?? 'success'}`)
  return parts.filter((part) => part !== '').join(' · ')
}

function meaning(result: StepResult, language: Language): string {
  const zh = language === 'zh'
  if (result.responseCode !== undefined) {
    const entry = describeResponseCode(result.responseCode)
    return `${result.responseCode} ${zh ? entry.zh : entry.en}`
  }
  const reason = result.words.find((word): word is RefusalReason => Object.hasOwn(refusalTexts, word))
  return reason === undefined ? '' : zh ? refusalTexts[reason].zh : refusalTexts[reason].en
}
