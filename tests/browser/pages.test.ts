// Every page, both languages, both themes: nothing serious for axe, nothing refused by the content security policy, nothing
// asked from elsewhere, nothing wider than the screen, and each of the five states.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWeb, type OpenWeb } from './open-web.ts'
import { TerminalHands } from './terminal-hands.ts'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface AxeResult {
  readonly violations: readonly {
    id: string
    impact: string
    nodes: readonly { target: unknown; failureSummary: string }[]
  }[]
}

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(axePath, 'utf8'))
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResult
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${JSON.stringify(node.target)} ${node.failureSummary}`))
}

async function settled(page: Page): Promise<void> {
  await page.locator('.skeleton').waitFor({ state: 'detached' })
  await page.evaluate('document.fonts.ready.then(() => undefined)')
}

describe('the pages', () => {
  let web: OpenWeb
  let paths: Record<string, string>

  beforeAll(async () => {
    web = await openWeb()
    const { page } = await web.newPage()
    const hands = new TerminalHands(page)
    await hands.open()
    await hands.logInFirst()
    await hands.pay({ amount: '4200', cardPlace: 1 })
    await hands.reads('Approved')
    const answer = await page.request.get('/api/payments?limit=1')
    const { items } = (await answer.json()) as { items: { paymentId: string }[] }
    paths = {
      overview: '/',
      terminal: '/terminal',
      live: '/live',
      choice: '/xray',
      xray: `/xray/${items[0]!.paymentId}`,
    }
    await page.context().close()
  })
  afterAll(() => web.close())

  const names = ['overview', 'terminal', 'live', 'choice', 'xray']
  const looks = [
    ['zh-CN', 'light'],
    ['zh-CN', 'dark'],
    ['en-GB', 'light'],
    ['en-GB', 'dark'],
  ] as const

  describe.each(looks)('in %s, %s', (locale, colorScheme) => {
    it.each(names)('%s: axe finds nothing serious and nothing is refused or asked elsewhere', async (name) => {
      const { page, complaints } = await web.newPage({ locale, colorScheme })
      await page.goto(paths[name]!)
      await settled(page)
      expect(await page.locator('html').getAttribute('lang')).toBe(locale === 'zh-CN' ? 'zh-CN' : 'en')
      expect(await seriousFindings(page)).toEqual([])
      expect(complaints).toEqual([])
      await page.context().close()
    })
  })

  describe.each([
    [1920, 1080],
    [1366, 768],
    [1024, 768],
    [720, 1600],
    [390, 844],
  ])('at %i × %i', (width, height) => {
    it.each(names)('%s: nothing is wider than the screen, and what is pressed is large enough', async (name) => {
      const { page } = await web.newPage({ viewport: { width, height }, hasTouch: width < 800 })
      await page.goto(paths[name]!)
      await settled(page)
      const overflow: unknown = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(overflow).toBe(0)
      if (name === 'terminal') {
        for (const key of await page.locator('.keypad-main .key').all()) {
          expect((await key.boundingBox())!.height).toBeGreaterThanOrEqual(64)
        }
      }
      await page.context().close()
    })
  })

  it('keeps language and theme that somebody chose', async () => {
    const { page } = await web.newPage({ colorScheme: 'light' })
    await page.goto('/')
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('button', { name: '外观：跟随系统' }).click()
    await page.getByRole('button', { name: '外观：浅色' }).click()
    await page.getByRole('button', { name: '外观：深色' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: '刷一张卡，看钱怎么走。' }).waitFor()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe('rgb(15, 20, 25)')
    await page.context().close()
  })

  it.each(['/', '/terminal', '/live', '/xray', '/xray/0198f5a0-7c11-7cc4-8d35-2f3a1b8e0001'])(
    '%s says that it failed, is forbidden or cannot reach the server, and comes back by itself or by a press',
    async (path) => {
      const { page } = await web.newPage()
      await page.route('**/api/**', (route) =>
        route.fulfill({ status: 500, json: { code: 'LEDGER_BROKEN', message: '' } }),
      )
      await page.goto(path)
      await page.getByRole('heading', { name: 'The server could not answer' }).waitFor()
      await page.getByText('LEDGER_BROKEN').waitFor()
      await page.unroute('**/api/**')

      await page.route('**/api/**', (route) =>
        route.fulfill({ status: 403, json: { code: 'HOST_FORBIDDEN', message: '' } }),
      )
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('heading', { name: 'Not allowed' }).waitFor()
      await page.unroute('**/api/**')

      await page.route('**/api/**', (route) => route.abort())
      await page.reload()
      await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
      await page.getByText('Connection lost.').waitFor()
      await page.unroute('**/api/**')
      await page.getByText('Connection lost.').waitFor({ state: 'detached' })
      await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor({ state: 'detached' })
      expect(await page.locator('.live-state').innerText()).toBe('Live')
      await page.context().close()
    },
  )

  it('says plainly when there is nothing yet, nothing that fits, and nothing under a number', async () => {
    const { page } = await web.newPage()
    await page.route('**/api/payments?**', (route) => route.fulfill({ json: { items: [], nextBefore: null } }))
    await page.goto('/live')
    await page.getByRole('heading', { name: 'No payments yet' }).waitFor()
    await page.unroute('**/api/payments?**')
    await page.goto('/live?q=999999999999')
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.locator('.payments tbody tr').first().waitFor()
    await page.goto('/xray/0198f5a0-7c11-7cc4-8d35-2f3a1b8e0001')
    await page.getByRole('heading', { name: 'Not found' }).waitFor()
    await page.goto('/nowhere')
    await page.getByRole('heading', { name: 'Not found' }).waitFor()
    expect(await page.getByRole('link', { name: 'Overview' }).count()).toBeGreaterThan(0)
    await page.context().close()
  })

  it('draws a slip without letting anything in it run or ask elsewhere', async () => {
    const { page, complaints } = await web.newPage()
    const slip = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 60" onload="document.title='ran'">
      <script>document.title='ran'</script><foreignObject><b>foreign</b></foreignObject>
      <image href="https://elsewhere.example/x.png" width="9" height="9"/><use href="https://elsewhere.example/x.svg#a"/>
      <g transform="translate(0,40)"><text onclick="document.title='ran'"><tspan x="60">paper</tspan></text></g></svg>`
    await page.route('**/slips/*.svg', (route) => route.fulfill({ contentType: 'image/svg+xml', body: slip }))
    await page.goto('/terminal')
    const paper = page.locator('.slip-svg svg')
    await paper.waitFor()
    expect((await paper.textContent())?.trim()).toBe('paper')
    expect(await paper.evaluate((svg) => svg.outerHTML)).not.toMatch(/script|foreign|elsewhere|onload|onclick/)
    await page.locator('.slip-svg text').click()
    expect(await page.title()).toBe('Terminal · Shua 刷')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('loads for the first time within 300 kB, fonts aside', async () => {
    const { page } = await web.newPage()
    let bytes = 0
    page.on('response', async (response) => {
      if (response.url().endsWith('.woff2') || response.url().includes('/api/events')) return
      bytes +=
        (
          await response
            .request()
            .sizes()
            .catch(() => undefined)
        )?.responseBodySize ?? 0
    })
    await page.goto('/')
    await settled(page)
    await page.waitForLoadState('load')
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(300_000)
    await page.context().close()
  })
})
