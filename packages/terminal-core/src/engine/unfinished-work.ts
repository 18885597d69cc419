// What a terminal owes: paper that did not come out, a reversal, a settlement that stopped, advices, and what the host asked for
// in the header. Done at start, after each transaction, and when the application finds time.

import { sendAllAdvices, sendOldestAdvice } from '../completion-advice/send-stored-advice.ts'
import { parameterDownload } from '../parameter-download/parameter-download.ts'
import { printUnprinted } from '../reprint/reprint.ts'
import { resolveReversal } from '../reversal/reversal.ts'
import { continueSettlement } from '../settlement/settlement.ts'
import { signOn } from '../sign-on/sign-on.ts'
import { statusReport } from '../status-report/status-report.ts'
import { stopListDownload } from '../stop-list-download/stop-list-download.ts'
import type { TerminalContext } from './terminal-context.ts'

/** After a transaction: the reversal of a doubtful one, what the host asked for, and one stored advice (§4.1, §1.2). */
export async function afterTransaction(context: TerminalContext, operator: string): Promise<void> {
  const reversal = await resolveReversal(context)
  if (reversal.kind === 'pending') return
  await fulfilRequirements(context, operator)
  if (context.state.signedOn && context.state.settlement === undefined) await sendOldestAdvice(context)
}

/** At start, and when asked: everything that can be ended now. */
export async function finishOpenWork(context: TerminalContext, operator: string): Promise<void> {
  await printUnprinted(context)
  if (context.state.pinPad === undefined) return
  const reversal = await resolveReversal(context)
  if (reversal.kind === 'pending') return
  if (context.state.settlement !== undefined) {
    await continueSettlement(context)
    return
  }
  if (!context.state.signedOn) return
  await fulfilRequirements(context, operator)
  await sendAllAdvices(context)
}

/** In an idle moment: one more try at what an absent host left open. */
export async function retryWaiting(context: TerminalContext): Promise<void> {
  if (context.state.pinPad === undefined) return
  const reversal = await resolveReversal(context)
  if (reversal.kind === 'pending' || context.state.settlement !== undefined || !context.state.signedOn) return
  await sendOldestAdvice(context)
}

async function fulfilRequirements(context: TerminalContext, operator: string): Promise<void> {
  for (const digit of context.state.requirements) {
    const done = await fulfil(context, digit, operator)
    if (!done) return
    if (context.state.requirements.includes(digit)) await context.append({ type: 'requirementDone', digit })
  }
}

/** True when it is done, or is nothing this terminal has (chip parameters, for example). */
async function fulfil(context: TerminalContext, digit: string, operator: string): Promise<boolean> {
  switch (digit) {
    case '1':
      return (await parameterDownload(context)).kind !== 'noAnswer'
    case '2':
      return (await statusReport(context)).kind !== 'noAnswer'
    case '3':
      return (await signOn(context, operator)).kind === 'done'
    case '7':
      return (await stopListDownload(context)).kind !== 'noAnswer'
    default:
      return true
  }
}
