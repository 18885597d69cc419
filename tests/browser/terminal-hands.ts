// Somebody at the terminal page: types on the keyboard, swipes cards, reads the display.

import { eventually } from '@shua/testkit'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export const newPassword = '2468'
const firstPassword = '0000'
const supervisorPassword = '123456'

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
    await eventually(async () => expect(await this.screen()).toMatch(text), { timeoutMs: 15_000 })
  }

  /** The first log-in of cashier 01, who has to choose a password; the terminal then signs on by itself. */
  async logInFirst(): Promise<void> {
    await this.reads('Operator number')
    await this.type('01')
    await this.press('Enter')
    await this.reads(/Password|password 0000/)
    await this.type(firstPassword)
    await this.press('Enter')
    await this.reads('New password')
    await this.type(newPassword)
    await this.press('Enter')
    await this.reads('Repeat the new password')
    await this.type(newPassword)
    await this.press('Enter')
    await this.reads('Password changed')
    await this.press('Enter')
    await this.reads('Signed on, batch')
    await this.press('Enter')
    await this.reads('Take a payment')
  }

  /** From the amount to the answer; the display then says what became of it. */
  async pay(payment: { amount: string; cardPlace: number; pin?: string }): Promise<void> {
    await this.reads('Take a payment')
    await this.type(payment.amount)
    await this.swipe(payment.cardPlace)
    await this.reads('enter your PIN')
    await this.type(payment.pin ?? '123456')
    await this.press('Enter')
  }

  async chooseFromMenu(digit: string): Promise<void> {
    await this.press('m')
    await this.reads('Press a digit to choose')
    await this.type(digit)
  }

  async provesSupervisor(): Promise<void> {
    await this.reads('Supervisor password')
    await this.type(supervisorPassword)
    await this.press('Enter')
  }

  /** The number after a label of the display, e.g. the voucher. */
  async numberAfter(label: string): Promise<string> {
    const number = new RegExp(`${label} (\\d+)`).exec(await this.screen())?.[1]
    expect(number, `${label} on the display`).toBeDefined()
    return number ?? ''
  }
}
