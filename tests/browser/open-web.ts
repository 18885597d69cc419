// A whole server with the demo data on a database of its own, its web as built, and a browser to look at it with.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase } from '@shua/testkit'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { readServerSettings } from '../../apps/server/src/server-settings.ts'
import { startServer } from '../../apps/server/src/start-server.ts'
import { launchBrowser } from './launch-browser.ts'

export interface WebPage {
  readonly page: Page
  /** What a visitor would not want: errors, refused code or styles, requests that leave the machine. */
  readonly complaints: string[]
}

export interface OpenWeb {
  readonly url: string
  newPage(options?: BrowserContextOptions): Promise<WebPage>
  close(): Promise<void>
}

export async function openWeb(): Promise<OpenWeb> {
  const database = await createTestDatabase(await networkMigrations(), { connectionsMax: 2 })
  const dataDir = await mkdtemp(join(tmpdir(), 'shua-web-test-'))
  const settings = readServerSettings({
    SHUA_HTTP_PORT: '0',
    SHUA_TERMINAL_PORT: '0',
    SHUA_DATA_DIR: dataDir,
    SHUA_LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
  })
  const server = await startServer(settings, () => undefined)
  const browser = await launchBrowser()
  return {
    url: server.http.url,
    newPage: (options) => newPage(browser, server.http.url, options),
    async close() {
      await browser.close()
      await server.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function newPage(browser: Browser, baseURL: string, options: BrowserContextOptions = {}): Promise<WebPage> {
  const context = await browser.newContext({
    baseURL,
    locale: 'en-GB',
    viewport: { width: 1366, height: 768 },
    // Nothing moves, so that a picture or a click never meets a thing on its way.
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!/^(?:blob|data):/.test(request.url()) && !request.url().startsWith(baseURL)) {
      complaints.push(`left the machine: ${request.url()}`)
    }
  })
  return { page, complaints }
}
