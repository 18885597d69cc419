// The master key file on a real file system.

import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '@shua/assert'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SoftwarePinPad, SoftwareSecurityModule } from '../index.ts'
import { exampleKeys, secret, seededRandom } from '../testing/example-keys.ts'

let folder: string
let masterKeyFile: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shua-master-key-'))
  masterKeyFile = join(folder, 'keys', 'master.key')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

function open(seed = 'file') {
  return SoftwareSecurityModule.open({ masterKeyFile, random: seededRandom(seed) })
}

async function refusal(): Promise<Fault> {
  const fault: unknown = await open().catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(Fault)
  return fault as Fault
}

describe('the master key file', () => {
  it('is created for its owner only, alone in its folder, with the randomness given', async () => {
    await open('own')
    expect((await stat(masterKeyFile)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700)
    expect(await readdir(join(folder, 'keys'))).toEqual(['master.key'])
    expect(await readFile(masterKeyFile, 'latin1')).toBe(`${seededRandom('own')(32).toString('hex').toUpperCase()}\n`)
  })

  it('serves the keys again after a restart, with any randomness', async () => {
    const key = (await open('first')).generateKey({ usage: 'pin', algorithm: 'tdes2' })
    const before = (await open('second')).checkValue(key)
    expect((await open('third')).checkValue(key)).toEqual(before)
  })

  it('is one file when several processes start at once', async () => {
    const modules = await Promise.all(['a', 'b', 'c', 'd'].map((seed) => open(seed)))
    const key = modules[0]!.generateKey({ usage: 'mac', algorithm: 'des' })
    const values = modules.map((module) => module.checkValue(key).toString('hex'))
    expect(new Set(values).size).toBe(1)
    expect(await readdir(join(folder, 'keys'))).toEqual(['master.key'])
  })

  it.each([0o640, 0o604, 0o660, 0o666, 0o610])('is refused with mode %o', async (mode) => {
    await open()
    await chmod(masterKeyFile, mode)
    expect(await refusal()).toMatchObject({
      code: 'SECURITY_MASTER_KEY_PERMISSIONS',
      path: masterKeyFile,
      details: { mode: mode.toString(8) },
    })
  })

  it.each([
    ['empty', ''],
    ['one digit short', 'A'.repeat(63)],
    ['one digit long', 'A'.repeat(65)],
    ['32 raw bytes', 'k'.repeat(32)],
    ['other characters', 'G'.repeat(64)],
    ['two lines', `${'A'.repeat(64)}\n\n\n`],
    ['something huge', 'A'.repeat(1_000_000)],
  ])('is refused when it is %s, and left alone', async (_name, content) => {
    await open()
    await writeFile(masterKeyFile, content)
    const fault = await refusal()
    expect(fault).toMatchObject({ code: 'SECURITY_MASTER_KEY_FILE', path: masterKeyFile })
    expect(fault.details).toEqual({ expectedBytes: 64, actualBytes: content.length })
    expect(fault.message).toBe('the master key file must hold 64 hex digits')
    expect(await readFile(masterKeyFile, 'latin1')).toBe(content)
  })

  it('is refused when its key is all zeros', async () => {
    await open()
    await writeFile(masterKeyFile, '0'.repeat(64))
    expect(await refusal()).toMatchObject({ code: 'SECURITY_KEY_WEAK' })
  })

  it('is taken with or without an end of line, in either case of letters', async () => {
    await writeFile(join(folder, 'as-typed'), `${'ab'.repeat(32)}\r\n`, { mode: 0o600 })
    const typed = { masterKeyFile: join(folder, 'as-typed'), random: seededRandom('x') }
    const key = (await SoftwareSecurityModule.open(typed)).generateKey({ usage: 'mac', algorithm: 'des' })
    await writeFile(join(folder, 'bare'), 'AB'.repeat(32), { mode: 0o600 })
    const bare = { masterKeyFile: join(folder, 'bare'), random: seededRandom('x') }
    expect((await SoftwareSecurityModule.open(bare)).describeKey(key)).toMatchObject({ usage: 'mac' })
  })

  it('is refused where no file can be', async () => {
    await writeFile(join(folder, 'keys'), '')
    expect(await refusal()).toMatchObject({ code: 'SECURITY_MASTER_KEY_FILE', path: masterKeyFile })
    await rm(join(folder, 'keys'))
    masterKeyFile = folder
    expect(await refusal()).toMatchObject({ code: expect.stringMatching(/^SECURITY_MASTER_KEY_/) as string })
  })

  it('keeps a PIN pad’s keys over a restart', async () => {
    const pad = await SoftwarePinPad.open({ masterKeyFile, random: seededRandom('pad') })
    pad.loadMasterKey({ components: [secret(exampleKeys.tmk)], algorithm: 'tdes2' })
    const restarted = await SoftwarePinPad.open({ masterKeyFile, random: seededRandom('later') })
    restarted.importState(JSON.parse(JSON.stringify(pad.exportState())))
    expect(restarted.keysPresent()).toEqual(pad.keysPresent())
  })
})
