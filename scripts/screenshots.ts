// Takes the pictures of docs/screenshots/ from a running server with fresh demo data:
//   npx tsx --conditions=source scripts/screenshots.ts http://127.0.0.1:8080
// It logs in at the first hosted terminal, makes an approved and a declined payment, and looks at every page in both languages.

import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../tests/browser/launch-browser.ts'
import { says, TerminalHands } from '../tests/browser/terminal-hands.ts'

const directory = fileURLToPath(new URL('../docs/screenshots/', import.meta.url))
const languages = { en: 'en-GB', zh: 'zh-CN' } as const
const goodCard = 1
const poorCard = 3

async function picture(page: Page, name: string): Promise<void> {
  await page.locator('.skeleton').waitFor({ state: 'detached' })
  await page.evaluate('document.fonts.ready.then(() => undefined)')
  // The last row of a list may still be on its way from the event stream.
  await page.waitForTimeout(500)
  await page.screenshot({ path: `${directory}${name}.png` })
  console.log(`docs/screenshots/${name}.png`)
}

async function openPage(
  browser: Browser,
  url: string,
  locale: string,
  size = { width: 1366, height: 768 },
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    locale,
    viewport: size,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  return context.newPage()
}

/** At the terminal: one payment without cover, then one that is approved and whose receipt stays in the printer. */
async function pay(page: Page): Promise<void> {
  const hands = new TerminalHands(page)
  await hands.open()
  await hands.reads(/\S/)
  if (says.operator.test(await hands.screen())) await hands.logInFirst()
  await hands.goHome()
  await hands.pay({ amount: '32000', cardPlace: poorCard })
  await hands.reads('51')
  await hands.goHome()
  await hands.pay({ amount: '12800', cardPlace: goodCard })
  await hands.reads(says.approved)
  await page.locator('.paper svg').waitFor()
  await page.locator('.last-payment a').waitFor()
}

async function pictures(browser: Browser, url: string, language: keyof typeof languages): Promise<void> {
  const page = await openPage(browser, url, languages[language])
  await pay(page)
  await picture(page, `terminal-${language}`)
  await page.locator('.last-payment a').click()
  await page.locator('.fields').waitFor()
  await picture(page, `xray-${language}`)
  await page.locator('#messages').scrollIntoViewIfNeeded()
  await page.evaluate(`document.querySelector('#messages').scrollIntoView({ block: 'start' })`)
  await page.locator('.field-item button').nth(5).hover()
  await picture(page, `xray-message-${language}`)
  for (const [path, name] of [
    ['/', 'overview'],
    ['/live', 'live'],
    ['/xray', 'xray-choice'],
  ] as const) {
    await page.goto(path)
    await page.locator('main h1').waitFor()
    await picture(page, `${name}-${language}`)
  }
  const small = await openPage(browser, url, languages[language], { width: 390, height: 844 })
  await small.goto('/live')
  await small.locator('.payments').waitFor()
  await picture(small, `live-small-${language}`)
}

const url = process.argv[2]
if (url === undefined) {
  console.error('usage: screenshots.ts <address of a running server>')
  process.exitCode = 1
} else {
  await mkdir(directory, { recursive: true })
  const browser = await launchBrowser()
  for (const language of ['en', 'zh'] as const) await pictures(browser, url.replace(/\/$/, ''), language)
  await browser.close()
}
