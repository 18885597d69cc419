// Somebody at the terminal page: types on the keyboard, swipes cards, reads the display in either language.

import { eventually } from '@shua/testkit'
import type { Page } from 'playwright-core'

const newPassword = '2468'
const firstPassword = '0000'
const supervisorPassword = '123456'

/** What the display says at the stops of the usual ways. */
export const says = {
  home: /Take a payment|收款/,
  operator: /Operator number|请输入操作员号/,
  password: /password 0000|密码 0000/,
  newPassword: /New password|新密码/,
  repeatPassword: /Repeat the new password|再输一遍/,
  passwordChanged: /Password changed|密码已修改/,
  signedOn: /Signed on, batch|签到成功/,
  pin: /enter your PIN|请持卡人输入密码/,
  approved: /Approved|交易成功/,
  choose: /Press a digit to choose|按数字键选择/,
  supervisor: /Supervisor password|请主管输入密码/,
} as const

export class TerminalHands {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async open(): Promise<void> {
    await this.page.goto('/terminal')
    await this.page.locator('.device').waitFor()
  }

  async type(digits: string): Promise<void> {
    for (const digit of digits) await this.page.keyboard.press(digit)
  }

  async enter(digits: string): Promise<void> {
    await this.type(digits)
    await this.press('Enter')
  }

  async press(key: 'Enter' | 'Escape' | 'Backspace' | 'm'): Promise<void> {
    await this.page.keyboard.press(key)
  }

  async swipe(cardPlace: number): Promise<void> {
    await this.page.keyboard.press(`Alt+${cardPlace}`)
  }

  screen(): Promise<string> {
    return this.page.locator('.screen').innerText()
  }

  async reads(text: string | RegExp): Promise<void> {
    await eventually(
      async () => {
        const screen = await this.screen()
        if (typeof text === 'string' ? !screen.includes(text) : !text.test(screen)) {
          throw new Error(`the display does not say ${String(text)}, but: ${screen}`)
        }
      },
      { timeoutMs: 15_000 },
    )
  }

  /** The first log-in of cashier 01, who has to choose a password; the terminal then signs on by itself. */
  async logInFirst(): Promise<void> {
    await this.reads(says.operator)
    await this.enter('01')
    await this.reads(says.password)
    await this.enter(firstPassword)
    await this.reads(says.newPassword)
    await this.enter(newPassword)
    await this.reads(says.repeatPassword)
    await this.enter(newPassword)
    await this.reads(says.passwordChanged)
    await this.press('Enter')
    await this.reads(says.signedOn)
    await this.press('Enter')
    await this.reads(says.home)
  }

  /** Leaves whatever is on the display. */
  async goHome(): Promise<void> {
    await eventually(
      async () => {
        if (says.home.test(await this.screen())) return
        await this.press('Escape')
        throw new Error(`the terminal is not back yet, but: ${await this.screen()}`)
      },
      { timeoutMs: 10_000, intervalMs: 500 },
    )
  }

  /** From the amount to the last digit of the PIN; the display then says what became of it. */
  async pay(payment: { amount: string; cardPlace: number; pin?: string }): Promise<void> {
    await this.reads(says.home)
    await this.type(payment.amount)
    await this.swipe(payment.cardPlace)
    await this.reads(says.pin)
    await this.enter(payment.pin ?? '123456')
  }

  async chooseFromMenu(digit: string): Promise<void> {
    await this.press('m')
    await this.reads(says.choose)
    await this.type(digit)
  }

  async provesSupervisor(): Promise<void> {
    await this.reads(says.supervisor)
    await this.enter(supervisorPassword)
  }

  /** The number after a label of the display, e.g. the voucher. */
  async numberAfter(label: string): Promise<string> {
    const screen = await this.screen()
    const number = new RegExp(`${label} (\\d+)`).exec(screen)?.[1]
    if (number === undefined) throw new Error(`the display has no ${label}, but: ${screen}`)
    return number
  }
}
