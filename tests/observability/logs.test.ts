// Everything a server logs at its most talkative while payments succeed and fail, searched for what must never be there: card
// numbers, tracks, PINs, PIN blocks and keys (requirement G6; PCI DSS 3.3, 3.5).

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCardData } from '@shua/telemetry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoTerminals } from '../../apps/server/src/demo/demo-terminals.ts'
import { demoCard, openTerminal } from '../protocol/demo-terminal.ts'
import { originalOf, type Exchange, type TerminalSession } from '../protocol/independent-client/terminal-session.ts'
import { encodeMessage, hexBytes } from '../protocol/independent-client/wire-message.ts'
import { openServer, type OpenServer } from './open-server.ts'

const card = demoCard('approved')
const poor = demoCard('low-balance')
const wrongPin = '739518'
const swiped = { card, entry: 'swipe', pin: card.pin } as const
/** Of no scheme we serve, with a right check digit. */
const foreignPan = '4929001122334459'
const foreign = { ...card, pan: foreignPan, track2: `${foreignPan}D30122011234567890123` }

let open: OpenServer
let pos: TerminalSession
const exchanges: Exchange[] = []
const codes: Record<string, string | undefined> = {}

beforeAll(async () => {
  open = await openServer({ logLevel: 'trace', embedded: true })
  pos = await openTerminal(open.terminalPort, '10000001')
  await keep('sign-on', pos.signOn('004'))
  await payAndUndo()
  await failInEveryWay()
  await breakTheDatabase()
  await keep('settlement', pos.settle())
  await keep('batch end', pos.endBatch('207'))
  await useTheWeb()
})

afterAll(async () => {
  pos.connection.close()
  await open.close()
})

async function keep(name: string, asked: Promise<Exchange>): Promise<Exchange> {
  const exchange = await asked
  exchanges.push(exchange)
  codes[name] = exchange.answer.fields[39]
  return exchange
}

async function payAndUndo(): Promise<void> {
  const sale = await keep('sale', pos.pay({ kind: 'sale', ...swiped, amount: 12_34 }))
  await keep('void', pos.pay({ kind: 'void', card, entry: 'keyed', amount: 12_34, original: originalOf(sale) }))
  pos.encryptsTrack = true
  const second = await keep('sale, encrypted track', pos.pay({ kind: 'sale', ...swiped, amount: 5_00 }))
  pos.encryptsTrack = false
  await keep('reversal', pos.reverse(second.request))
  await keep('sale to settle', pos.pay({ kind: 'sale', ...swiped, amount: 7_00 }))
}

async function failInEveryWay(): Promise<void> {
  await keep('decline', pos.pay({ kind: 'sale', card: poor, entry: 'swipe', pin: poor.pin, amount: 90_00 }))
  await keep('wrong PIN', pos.pay({ kind: 'sale', ...swiped, pin: wrongPin, amount: 1_00 }))
  await keep('foreign card', pos.pay({ kind: 'sale', card: foreign, entry: 'swipe', pin: '123456', amount: 1_00 }))
  const sealed = pos.sealed(pos.paymentRequest({ kind: 'sale', ...swiped, amount: 1_00 }))
  await keep('forged', pos.send({ ...sealed, fields: { ...sealed.fields, 64: 'FF'.repeat(8) } }))
  // The track of a whole message, and then an end in the middle of a field.
  const bytes = encodeMessage(sealed)
  const answer = await pos.connection.exchange(bytes.subarray(0, bytes.length - 20))
  expect(answer.length).toBeGreaterThan(20)
  // Not even an envelope: nobody to answer, and the link says so.
  pos.connection.send(Buffer.from(`${card.track2}${card.pin}`))
  await keep('echo', pos.echo())
}

/** A fault with everything a driver may hang on it, and what the database itself says about it. */
async function breakTheDatabase(): Promise<void> {
  const { database } = open.server.storage
  await database.query('alter table issuer.card rename to card_away')
  await keep('database fault', pos.pay({ kind: 'sale', ...swiped, amount: 1_00 }))
  await database.query('alter table issuer.card_away rename to card')
}

async function useTheWeb(): Promise<void> {
  const { url } = open.server.http
  for (const body of [
    { type: 'swipe', card: { by: 'track2', track2: card.track2 } },
    { type: 'swipe', card: { by: 'track2', track2: `${card.track2}?;` } },
    { type: 'key', key: card.pan },
  ]) {
    await fetch(`${url}/api/terminals/10000002/input`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }
}

/** The log with what is only a count or a time taken out, so that a duration of 123456 µs is no PIN. */
function searched(lines: readonly string[] = open.logLines): string[] {
  return lines.map((line) => {
    const fields = JSON.parse(line) as Record<string, unknown>
    delete fields['pid']
    delete fields['durationUs']
    return JSON.stringify(fields)
  })
}

/** Every way in which bytes may be written. */
function writings(bytes: Buffer): string[] {
  const hex = bytes.toString('hex')
  return [
    hex,
    hex.toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    JSON.stringify([...bytes]).slice(1, -1),
  ]
}

function found(needles: readonly string[], lines: readonly string[] = open.logLines): string[] {
  const text = searched(lines).join('\n')
  return needles.filter((needle) => text.includes(needle))
}

function linesWithPin(lines: readonly string[]): string[] {
  const pins = new RegExp(`(?<!\\d)(?:${card.pin}|${wrongPin})(?!\\d)`)
  return searched(lines).filter((line) => pins.test(line))
}

describe('the log of a run', () => {
  it('saw what it should: every flow had its outcome, and each is in the log', () => {
    expect(codes).toEqual({
      'sign-on': '00',
      sale: '00',
      void: '00',
      'sale, encrypted track': '00',
      reversal: '00',
      'sale to settle': '00',
      decline: '51',
      'wrong PIN': '55',
      'foreign card': '15',
      forged: 'A0',
      echo: '00',
      'database fault': '96',
      settlement: undefined,
      'batch end': '00',
    })
    const lines = open.logLines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const messages = lines.filter(({ msg }) => msg === 'message')
    for (const mti of ['0800', '0200', '0400', '0500', '0320', '0820']) {
      expect([mti, messages.some((line) => line['mti'] === mti && line['terminalId'] === '10000001')]).toEqual([
        mti,
        true,
      ])
    }
    for (const code of ['00', '51', '55', '15', 'A0', '30', '96']) {
      expect([code, messages.some((line) => line['responseCode'] === code)]).toEqual([code, true])
    }
    expect(lines.some(({ msg, where }) => msg === 'fault' && where === 'acquirer')).toBe(true)
    expect(lines.some(({ msg }) => msg === 'database')).toBe(true)
    expect(lines.some(({ msg, event }) => msg === 'link' && event === 'unanswered')).toBe(true)
  })

  it('is one JSON object per line with time, level and name', () => {
    for (const line of open.logLines) {
      expect(JSON.parse(line)).toMatchObject({
        name: 'shua',
        level: expect.any(Number) as number,
        time: expect.any(String) as string,
      })
      expect(line.trimEnd()).not.toContain('\n')
    }
  })

  it('the detectors see what is there when it is there', () => {
    const [, sale] = exchanges
    const secrets = [pos.keys.mac, sale!.requestBytes.subarray(11, 60), hexBytes(sale!.request.fields[52] ?? '')]
    const planted = secrets.map((bytes) => JSON.stringify({ pid: 1, msg: bytes.toString('hex') }))
    expect(
      found(
        secrets.map((bytes) => bytes.toString('hex')),
        planted,
      ),
    ).toHaveLength(3)
    expect(linesWithPin([JSON.stringify({ pid: 123456, msg: `pin ${wrongPin}` })])).toHaveLength(1)
    expect(linesWithPin([JSON.stringify({ pid: 123456, durationUs: 123456, msg: 'rrn 123456789012' })])).toEqual([])
    expect(findCardData(JSON.stringify(sale?.request), { testBins: ['622588'] })).not.toEqual([])
    expect(findCardData(sale?.requestBytes.toString('hex') ?? '', { testBins: ['622588'] })).not.toEqual([])
  })

  it('has no card number and no track', () => {
    const finds = searched().flatMap((line) =>
      findCardData(line, { testBins: ['622588'] }).map(({ kind }) => `${kind} in ${line}`),
    )
    expect(finds).toEqual([])
    expect(found([card, poor, foreign].flatMap(({ pan, track2 }) => [pan, track2, track2.replace('D', '=')]))).toEqual(
      [],
    )
  })

  it('has no PIN', () => {
    expect(linesWithPin(open.logLines)).toEqual([])
  })

  it('has no PIN block, encrypted track or wrapped key that went over the wire', () => {
    const blocks = exchanges.flatMap(({ request, answer }) => [
      request.fields[52],
      request.fields[35],
      answer.fields[62],
    ])
    const present = blocks.filter((block) => block !== undefined)
    expect(present.length).toBeGreaterThan(8)
    expect(
      found(
        present.flatMap((block) => [
          block,
          block.toLowerCase(),
          ...(/^(?:[\dA-F]{2})+$/i.test(block) ? writings(hexBytes(block)) : []),
        ]),
      ),
    ).toEqual([])
  })

  it('has no whole message, of either side', () => {
    const starts = exchanges.flatMap(({ requestBytes, answerBytes }) => [
      requestBytes.subarray(11, 60),
      answerBytes.subarray(11, 60),
    ])
    expect(found(starts.flatMap(writings))).toEqual([])
  })

  it('has no key: of the session, of a terminal, of the server', () => {
    const { pin, mac, track } = pos.keys
    const session = [pin, mac, track].filter((key) => key !== undefined)
    const masters = demoTerminals.map(({ masterKey }) => hexBytes(masterKey))
    const files = readdirSync(open.dataDir, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('master-key'))
      .map((file) => readFileSync(join(open.dataDir, file)))
    expect([session.length, files.length > 1, masters.length > 3]).toEqual([3, true, true])
    const texts = files.map((file) => file.toString('latin1').trim())
    expect(found([...session, ...masters, ...files].flatMap(writings).concat(texts))).toEqual([])
  })
})
