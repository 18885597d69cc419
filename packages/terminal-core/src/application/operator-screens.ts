// Log-in, forced change of the first password, and the supervisor's list of cashiers (requirement A8).

import { Sensitive } from '@shua/card-data'
import type { Terminal } from '../engine/terminal.ts'
import { supervisorNumber } from '../operators/operators.ts'
import { askDigits, centerLine, choose, largeLine } from './ask.ts'
import type { Prompter } from './prompter.ts'
import { refusalScreen } from './result-screen.ts'
import type { TextKey } from './texts.ts'
import { whileBusy, type Ui } from './ui.ts'

/** Asks until somebody is logged in; answers the operator's number. */
export async function logInScreens(terminal: Terminal, prompter: Prompter): Promise<string> {
  const ui: Ui = { terminal, prompter, operator: '' }
  for (;;) {
    // Before the first start has made the operators there is none yet.
    const first = terminal.state.operators.find(({ number }) => number === '01')?.mustChange ?? true
    const note = first ? 'firstRun' : undefined
    const number = await askDigits(ui, { title: 'logIn', prompt: 'operatorNumber', lengthMax: 2, note })
    if (number.kind !== 'value') continue
    const password = await askDigits(ui, { title: 'logIn', prompt: 'password', lengthMax: 12, hidden: true, note })
    if (password.kind !== 'value') continue
    const padded = number.value.padStart(2, '0')
    const outcome = await whileBusy(
      ui,
      (say) => ({ title: say('logIn'), lines: [centerLine(say('working'))] }),
      () => terminal.logIn(padded, new Sensitive(password.value)),
    )
    if (outcome.kind === 'in') {
      if (!outcome.mustChange || (await changePasswordScreens({ ...ui, operator: padded }))) return padded
      continue
    }
    await prompter.tell((say) => ({
      status: 'error',
      title: say('logIn'),
      lines: [
        largeLine(
          outcome.kind === 'wrong'
            ? say('wrongPassword', { tries: outcome.triesLeft })
            : say('locked', { seconds: Math.ceil((outcome.untilMs - outcome.nowMs) / 1000) }),
          'bad',
        ),
      ],
    }))
  }
}

/** True when the password was changed. */
export async function changePasswordScreens(ui: Ui): Promise<boolean> {
  const first = await askDigits(ui, {
    title: 'changePassword',
    prompt: 'newPassword',
    lengthMax: 12,
    hidden: true,
    note: ui.terminal.state.operators.find(({ number }) => number === ui.operator)?.mustChange
      ? 'mustChange'
      : undefined,
  })
  if (first.kind !== 'value') return false
  const second = await askDigits(ui, { title: 'changePassword', prompt: 'repeatPassword', lengthMax: 12, hidden: true })
  if (second.kind !== 'value') return false
  if (first.value !== second.value) {
    await ui.prompter.tell((say) => ({
      status: 'error',
      title: say('changePassword'),
      lines: [largeLine(say('passwordsDiffer'), 'bad')],
    }))
    return await changePasswordScreens(ui)
  }
  const outcome = await ui.terminal.changePassword(ui.operator, new Sensitive(first.value))
  if (outcome.kind === 'refused') {
    await ui.prompter.tell(refusalScreen(ui, 'changePassword', outcome.reason))
    return await changePasswordScreens(ui)
  }
  await told(ui, 'changePassword', 'passwordChanged')
  return true
}

async function told(ui: Ui, title: TextKey, text: TextKey): Promise<void> {
  await ui.prompter.tell((say) => ({ status: 'approved', title: say(title), lines: [largeLine(say(text), 'good')] }))
}

export async function operatorScreens(ui: Ui): Promise<void> {
  if (ui.operator !== supervisorNumber) {
    await ui.prompter.tell((say) => ({
      status: 'error',
      title: say('operators'),
      lines: [
        centerLine(ui.terminal.state.operators.map(({ number }) => number).join('  ')),
        largeLine(say('onlySupervisor'), 'bad'),
      ],
    }))
    return
  }
  const answer = await choose(ui, 'operators', [
    { label: 'addOperator', value: 'add' },
    { label: 'removeOperator', value: 'remove' },
  ] as const)
  if (answer.kind !== 'value') return
  const title = answer.value === 'add' ? 'addOperator' : 'removeOperator'
  const number = await askDigits(ui, { title, prompt: 'cashierNumber', lengthMax: 2 })
  if (number.kind !== 'value') return
  const padded = number.value.padStart(2, '0')
  if (answer.value === 'remove') return await finish(ui, title, await ui.terminal.removeOperator(padded))
  const password = await askDigits(ui, { title, prompt: 'firstPassword', lengthMax: 12, hidden: true })
  if (password.kind !== 'value') return
  await finish(ui, title, await ui.terminal.saveOperator(padded, new Sensitive(password.value)))
}

async function finish(ui: Ui, title: TextKey, outcome: Awaited<ReturnType<Terminal['saveOperator']>>): Promise<void> {
  if (outcome.kind === 'refused') await ui.prompter.tell(refusalScreen(ui, title, outcome.reason))
  else await told(ui, title, 'done')
}
