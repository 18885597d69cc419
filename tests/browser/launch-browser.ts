// A real browser without any package of the operating system: the one that the npm package @sparticuz/chromium carries, with
// its own libraries, driven by playwright-core. It is unpacked once per user and version into the temporary directory.
// SHUA_TEST_BROWSER names another Chromium, for machines the package does not carry one for.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser } from 'playwright-core'

const requireHere = createRequire(import.meta.url)

/** Unpacks what the package carries. It reads its target from TMPDIR and brings its libraries only where it believes to run
 * in a container of its cloud, so it does its work in a process of its own with such an environment. */
const unpackScript = (entry: string): string =>
  `const { default: chromium } = await import(${JSON.stringify(pathToFileURL(entry).href)}); await chromium.executablePath()`

async function unpack(entry: string, directory: string): Promise<void> {
  const aside = await mkdtemp(`${directory}-`)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', unpackScript(entry)], {
    env: { ...process.env, TMPDIR: aside, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x', NODE_OPTIONS: '' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error('the browser of @sparticuz/chromium could not be unpacked')
  // Its own font configuration names fixed directories; the pages bring their fonts themselves, one fall-back is enough.
  await writeFile(
    join(aside, 'fonts.conf'),
    `<?xml version="1.0"?><fontconfig><dir>${join(directory, 'fonts')}</dir><cachedir>${join(directory, 'font-cache')}</cachedir></fontconfig>`,
  )
  await rename(aside, directory).catch(async (error: unknown) => {
    await rm(aside, { recursive: true, force: true })
    // Somebody else unpacked at the same time and was first.
    if (!existsSync(join(directory, 'chromium'))) throw error
  })
}

async function carriedBrowser(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const entry = requireHere.resolve('@sparticuz/chromium')
  const packageFile = join(entry.slice(0, entry.lastIndexOf('@sparticuz')), '@sparticuz/chromium/package.json')
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string }
  const directory = join(tmpdir(), `shua-browser-${version}-${userInfo().uid}`)
  await mkdir(dirname(directory), { recursive: true })
  if (!existsSync(join(directory, 'chromium'))) await unpack(entry, directory)
  return {
    executablePath: join(directory, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(directory, 'al2023/lib'),
      FONTCONFIG_FILE: join(directory, 'fonts.conf'),
      HOME: directory,
    },
  }
}

export async function launchBrowser(): Promise<Browser> {
  const own = process.env['SHUA_TEST_BROWSER']
  const { executablePath, env } = own ? { executablePath: own, env: {} } : await carriedBrowser()
  return chromium.launch({
    executablePath,
    headless: true,
    // Tests open pages of this machine only, and root has no sandbox to give.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
    env: { ...definedEnvironment(), ...env },
  })
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
