// A person at the shell works the terminal: on a keyboard every key acts at once and nothing typed is echoed (a PIN!); from a
// pipe each line is a number, a card's track, or the name of a key.

import { createInterface } from 'node:readline'
import type { ReadStream } from 'node:tty'
import type { Readable, Writable } from 'node:stream'
import {
  renderSlipText,
  TerminalApplication,
  terminalKeys,
  trackInLine,
  type MemoryPrinter,
  type Terminal,
  type TerminalKey,
} from '@shua/terminal-core'
import { drawView } from './draw-view.ts'

export interface WorkByHandOptions {
  readonly terminal: Terminal
  readonly paper: MemoryPrinter
  readonly input: Readable
  readonly out: Writable
}

/** Resolves when the person leaves: Ctrl-C, `quit`, or the end of the input. */
export async function workByHand(options: WorkByHandOptions): Promise<void> {
  const { terminal, paper, input, out } = options
  const application = new TerminalApplication({
    terminal,
    paper,
    onFault: (error) => out.write(`${error instanceof Error ? error.message : 'the terminal failed'}\n`),
  })
  const printed = new Set<string>()
  let drawn = ''
  const draw = (): void => {
    for (const slip of paper.slips.filter(({ id }) => !printed.has(id)).toReversed()) {
      printed.add(slip.id)
      out.write(`\n${renderSlipText(slip.markup).trimEnd()}\n\n`)
    }
    const text = drawView(application.view())
    if (text !== drawn) out.write(`${text}\n`)
    drawn = text
  }
  const stop = application.subscribe(draw)
  draw()
  if ((input as Partial<ReadStream>).isTTY === true) await keysFromKeyboard(input as ReadStream, application)
  else await linesFromPipe(input, application)
  stop()
  application.stop()
}

async function linesFromPipe(input: Readable, application: TerminalApplication): Promise<void> {
  for await (const line of createInterface({ input })) {
    const text = line.trim()
    if (text === 'quit') return
    // The next line meets the screen it was written for, however long the host takes.
    await untilAccepting(application)
    takeLine(text, application)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await untilAccepting(application)
}

function untilAccepting(application: TerminalApplication): Promise<void> {
  return new Promise((resolve) => {
    const stop = application.subscribe(check)
    function check(): void {
      const { keys, stripe } = application.view().accepts
      if (!keys && !stripe) return
      stop()
      resolve()
    }
    check()
  })
}

function takeLine(text: string, application: TerminalApplication): void {
  const track2 = trackInLine(text)
  if (track2) application.input({ type: 'swipe', track2 })
  else if (text === '') press(application, 'enter')
  else if (/^\d+$/.test(text)) for (const digit of text) press(application, digit as TerminalKey)
  else if ((terminalKeys as readonly string[]).includes(text)) press(application, text as TerminalKey)
  else if (text === 'zh' || text === 'en') application.input({ type: 'language', language: text })
}

function press(application: TerminalApplication, key: TerminalKey): void {
  application.input({ type: 'key', key })
}

const namedKeys: Readonly<Record<string, TerminalKey>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'clear',
  '\b': 'clear',
  '\x1b': 'cancel',
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  m: 'menu',
}

function keysFromKeyboard(input: ReadStream, application: TerminalApplication): Promise<void> {
  return new Promise((resolve) => {
    // A stripe reader types `;`, the track, and Enter.
    let track: string | undefined
    const take = (chunk: string): void => {
      if (chunk === '\x03' || chunk === 'q') {
        input.off('data', take)
        input.setRawMode(false)
        input.pause()
        resolve()
        return
      }
      const key = namedKeys[chunk]
      if (chunk.startsWith(';')) track = chunk
      else if (track !== undefined && key !== 'enter') track += chunk
      if (track !== undefined) {
        if (key !== 'enter' && !/[?\r\n]$/.test(chunk)) return
        takeLine(track, application)
        track = undefined
        return
      }
      if (key !== undefined) press(application, key)
      else if (/^\d+$/.test(chunk)) for (const digit of chunk) press(application, digit as TerminalKey)
    }
    input.setRawMode(true)
    input.setEncoding('latin1')
    input.on('data', take)
    input.resume()
  })
}
