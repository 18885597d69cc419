// The language of terminal scripts: one step a statement, statements separated by `;` or line ends, `#` begins a comment.

import { Fault } from '@shua/assert'

const stepNames = [
  'signon',
  'signoff',
  'echo',
  'params',
  'stoplist',
  'sale',
  'auth',
  'balance',
  'void',
  'compvoid',
  'refund',
  'authvoid',
  'complete',
  'advise',
  'settle',
  'reverse',
  'last',
  'list',
  'totals',
  'reprint',
] as const

export type StepName = (typeof stepNames)[number]

export interface ScriptStep {
  readonly name: StepName
  /** The amount or voucher behind the name. */
  readonly subject: string | undefined
  /** `card=…`, `pin=…`: never printed. */
  readonly settings: ReadonlyMap<string, string>
  readonly expected: string | undefined
  readonly line: number
}

const settingNames = new Set(['card', 'pin', 'expiry', 'rrn', 'date', 'code', 'supervisor', 'operator'])

/** Throws `TERMINAL_SCRIPT` with the line; the message never repeats a card or a PIN. */
export function parseScript(text: string): ScriptStep[] {
  const steps: ScriptStep[] = []
  text.split('\n').forEach((lineText, index) => {
    const line = index + 1
    for (const statement of lineText.replace(/#.*$/, '').split(';')) {
      const words = statement.trim().split(/\s+/).filter(Boolean)
      if (words.length === 0) continue
      if (words[0] === 'expect') addExpectation(steps, words, line)
      else steps.push(parseStep(words, line))
    }
  })
  return steps
}

function scriptFault(line: number, problem: string): Fault {
  return new Fault('TERMINAL_SCRIPT', `line ${line}: ${problem}`, { path: String(line) })
}

function addExpectation(steps: ScriptStep[], words: readonly string[], line: number): void {
  const step = steps.pop()
  if (step === undefined || step.expected !== undefined) throw scriptFault(line, 'expect belongs behind a step')
  if (words.length !== 2) throw scriptFault(line, 'expect takes one word')
  steps.push({ ...step, expected: words[1] })
}

function parseStep(words: readonly string[], line: number): ScriptStep {
  const [name, ...rest] = words
  if (!(stepNames as readonly string[]).includes(name!)) throw scriptFault(line, 'there is no such step')
  let subject: string | undefined
  let expected: string | undefined
  const settings = new Map<string, string>()
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index]!
    const setting = /^([a-z]+)=(.+)$/.exec(word)
    if (word === 'expect') expected = rest[++index]
    else if (setting && settingNames.has(setting[1]!)) settings.set(setting[1]!, setting[2]!)
    else if (!setting && subject === undefined) subject = word
    else throw scriptFault(line, `word ${index + 2} of the step is not understood`)
  }
  return { name: name as StepName, subject, settings, expected, line }
}
