// The whole product as somebody in front of it sees it: real browser, real server, real network behind it.

import { readFile } from 'node:fs/promises'
import { eventually } from '@shua/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWeb, type OpenWeb, type WebPage } from './open-web.ts'
import { TerminalHands } from './terminal-hands.ts'

// Places in the rack: see apps/server/src/demo/demo-cards.ts.
const goodCard = 1
const poorCard = 3

describe('payments in the browser', () => {
  let web: OpenWeb
  let visitor: WebPage
  let hands: TerminalHands

  beforeAll(async () => {
    web = await openWeb()
    visitor = await web.newPage({ acceptDownloads: true })
    hands = new TerminalHands(visitor.page)
    await hands.open()
    await hands.logInFirst()
  })
  afterAll(() => web.close())

  async function backToStart(): Promise<void> {
    if (!visitor.page.url().includes('/terminal/')) await hands.open()
    await hands.goHome()
  }

  it('takes a payment by keyboard alone, prints its receipt, shows it live and opens its X-ray', async () => {
    const { page, complaints } = visitor
    const watcher = await web.newPage()
    await watcher.page.goto('/live')
    await watcher.page.getByText('No payments yet').waitFor()

    await hands.pay({ amount: '12800', cardPlace: goodCard })
    await hands.reads('Approved')
    await hands.reads('128.00')

    // Paper: the cardholder's copy hangs out, the merchant's is in the list.
    const paper = page.locator('.paper.is-hanging')
    await paper.getByText('622588', { exact: false }).first().waitFor({ state: 'attached' })
    const printed = (await paper.locator('svg').textContent()) ?? ''
    expect(printed.replaceAll('\u00A0', ' ')).toContain('RMB 128.00')
    expect(printed).toContain('622588******0001')
    expect(printed).not.toContain('6225880000000001')
    expect(await page.getByRole('button', { name: /merchant copy/ }).count()).toBe(1)

    // The other browser was told without asking.
    const row = watcher.page.locator('.payments tbody tr').first()
    await row.getByText('128.00').waitFor()
    expect(await row.innerText()).toContain('Approved')
    expect(watcher.complaints).toEqual([])

    await page.getByRole('link', { name: 'X-ray', exact: true }).last().click()
    await page.getByRole('heading', { name: /Purchase/ }).waitFor()
    const ledger = page.getByRole('region', { name: 'Ledger' })
    expect(await ledger.innerText()).toContain('the sum is zero')
    expect((await ledger.locator('tfoot').innerText()).match(/128\.00/g)).toHaveLength(2)
    expect(await page.getByRole('region', { name: 'How it was decided' }).innerText()).toMatch(/All \d\d checks passed/)
    expect(await page.getByRole('region', { name: 'Proofs' }).innerText()).toMatch(/MAC of the request\s+right/)
    const times = await page.locator('.is-message .arrow-took').allInnerTexts()
    expect(times.length).toBe(2)
    for (const time of times) expect(time).toMatch(/^[\d.]+ (ms|s)$/)
    expect(complaints).toEqual([])
  })

  it('lights up the bytes of a field and the field of a byte, and keeps sensitive ones masked', async () => {
    const { page } = visitor
    await page.locator('.fields').waitFor()
    await page.getByRole('button', { name: /^F4 / }).hover()
    const lit = page.locator('.byte.is-lit')
    expect((await lit.allInnerTexts()).join('')).toBe('000000012800')
    await lit.first().hover()
    expect(await page.locator('.field-item.is-lit').innerText()).toContain('Amount')

    await page.getByRole('button', { name: /^F35 / }).click()
    const track = await page.locator('.field-item.is-lit').innerText()
    expect(track).toContain('622588••••••0001')
    expect(track).not.toMatch(/6225880000000001/)
    expect(await page.locator('body').innerText()).not.toContain('6225880000000001')
  })

  it('declines a card without money, says what to do, and the X-ray shows the step that decided', async () => {
    const { page, complaints } = visitor
    await hands.open()
    await backToStart()
    await hands.pay({ amount: '9900', cardPlace: poorCard })
    await hands.reads('51')
    await hands.reads('No money moved')

    await page.locator('.last-payment').getByText('Declined').waitFor()
    await page.locator('.last-payment').getByRole('link', { name: 'X-ray' }).click()
    await page.getByText('Decided by: Available balance').waitFor()
    expect(await page.locator('.ladder-step.is-failed').innerText()).toContain('Available balance')
    expect(await page.getByRole('region', { name: 'Ledger' }).innerText()).toContain('No money moved')
    expect(await page.locator('.summary').innerText()).toContain('Use another card or a smaller amount')
    expect(complaints).toEqual([])
  })

  it('takes a payment by mouse: keys clicked, the card dragged onto the device', async () => {
    const { page } = visitor
    await hands.open()
    await backToStart()
    for (const key of ['5', '00']) await page.locator(`.keypad [data-key="${key}"]`).click()
    await hands.reads('5.00')
    const card = await page.locator('.rack-face').first().boundingBox()
    const device = await page.locator('.device').boundingBox()
    await page.mouse.move(card!.x + 40, card!.y + 30)
    await page.mouse.down()
    await page.mouse.move(device!.x + 60, device!.y + 200, { steps: 6 })
    await page.mouse.up()
    await hands.reads('enter your PIN')
    await page.getByText('PIN of this demo card: 123456').waitFor()
    for (const digit of '123456') await page.locator(`.keypad [data-key="${digit}"]`).click()
    expect(await hands.screen()).not.toContain('123456')
    await page.locator('.keypad [data-key="enter"]').click()
    await hands.reads('Approved')
  })

  it('lets a card dropped beside the device go back without being read', async () => {
    const { page } = visitor
    await backToStart()
    const card = await page.locator('.rack-face').nth(1).boundingBox()
    await page.mouse.move(card!.x + 40, card!.y + 30)
    await page.mouse.down()
    await page.mouse.move(card!.x + 90, card!.y + 160, { steps: 4 })
    await page.mouse.up()
    await eventually(async () => expect(await page.locator('.is-dragged').count()).toBe(0), { timeoutMs: 5_000 })
    expect(await hands.screen()).toContain('Take a payment')
  })

  it('reads a card that somebody types as its track', async () => {
    const { page } = visitor
    await backToStart()
    await hands.type('700')
    await page.getByRole('button', { name: 'Another card…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Track 2').fill('6225880000000001')
    expect(await dialog.getByRole('button', { name: 'Swipe' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Track 2').fill('6225880000000001=30122011234567890123')
    await dialog.getByRole('button', { name: 'Swipe' }).click()
    await hands.reads('enter your PIN')
    await hands.press('Escape')
    await hands.reads('Take a payment')
  })

  it('voids a payment, and the original says so everywhere', async () => {
    const { page, complaints } = visitor
    await backToStart()
    await hands.pay({ amount: '3300', cardPlace: goodCard })
    await hands.reads('Approved')
    const voucher = await hands.numberAfter('Voucher')
    await hands.press('Enter')
    await hands.reads('Take a payment')

    await hands.chooseFromMenu('2')
    await hands.provesSupervisor()
    await hands.reads('Voucher number of the original')
    // The supervisor's password was no card's business.
    expect(await page.getByText('PIN of this demo card').count()).toBe(0)
    await hands.enter(voucher)
    await hands.reads('Void this transaction')
    await hands.press('Enter')
    await hands.reads('Swipe the card')
    await hands.swipe(goodCard)
    await hands.reads('Approved')

    await page.goto('/live')
    const rows = page.locator('.payments tbody tr')
    await rows.first().getByText('Void', { exact: true }).waitFor()
    expect(await rows.nth(1).innerText()).toContain('Voided')
    await rows.nth(1).getByRole('link').click()
    await page.getByRole('region', { name: 'Belongs together' }).getByRole('link', { name: /Void/ }).waitFor()
    expect(complaints).toEqual([])
  })

  it('settles the batch, and the terminal goes on in the next one', async () => {
    const { page, complaints } = visitor
    await hands.open()
    await backToStart()
    await hands.chooseFromMenu('6')
    await hands.reads('After settlement nothing of this batch can be voided')
    await hands.press('Enter')
    await hands.reads('Balanced')
    await hands.reads('new batch 000002')
    expect(await page.locator('.slip-list').innerText()).toMatch(/report/)
    await hands.press('Enter')
    await hands.reads('#000002')
    expect(complaints).toEqual([])
  })

  it('saves a slip as a picture and as SVG, and keeps it after it was torn off', async () => {
    const { page } = visitor
    await backToStart()
    const slips = await page.locator('.slip-list li').count()
    const [png] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'PNG' }).click()])
    const picture = await readFile(await png.path())
    expect(picture.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    // Blank paper of this size is far smaller.
    expect(picture.length).toBeGreaterThan(10_000)
    const [svg] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'SVG' }).click()])
    expect(await readFile(await svg.path(), 'utf8')).toMatch(/^<svg /)

    const tearOff = page.getByRole('button', { name: 'Tear off' })
    await eventually(
      async () => {
        if ((await tearOff.count()) > 0) await tearOff.click()
        expect(await page.getByText('Torn off.').count()).toBe(1)
      },
      { timeoutMs: 20_000, intervalMs: 200 },
    )
    expect(await page.locator('.slip-list li').count()).toBe(slips)
    await page.locator('.slip-list li button').last().click()
    await page.locator('.paper svg').waitFor()
  })

  it('copies a report that holds no card number', async () => {
    const { page } = visitor
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto('/xray')
    await page.locator('.payments tbody tr').first().getByRole('link').click()
    await page.getByRole('button', { name: 'Copy safe report' }).click()
    await page.getByText('Copied, masked').waitFor()
    const report = await page.evaluate('navigator.clipboard.readText()')
    expect(report).toContain('X-ray of a payment (masked)')
    expect(report).toMatch(/622588\*{6}\d{4}/)
    expect(report).not.toMatch(/(?<![\d-])62258800\d{8}(?!\d)/)
  })

  it('follows the language of the page', async () => {
    const { page } = visitor
    await hands.open()
    await backToStart()
    await page.getByRole('button', { name: '中文' }).first().click()
    await hands.reads('收款')
    await page.reload()
    await page.getByRole('heading', { name: '刷卡终端' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await page.getByRole('button', { name: 'EN' }).first().click()
    await hands.reads('Take a payment')
  })
})
