// The hosted terminals: the screen as data, keys and swipes in, slips as SVG. A typed track is wrapped before anything can print it.

import { Sensitive } from '@shua/card-data'
import { apiPattern, slipIdSchema, terminalIdSchema, terminalInputSchema, type TerminalInput } from '@shua/contract'
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { HttpServices, TerminalCommand } from './http-services.ts'
import { badInput, notFound, problem } from './problem-response.ts'

const bodyBytesMax = 4096

function toCommand(input: TerminalInput): TerminalCommand {
  if (input.type !== 'swipe') return input
  const { card } = input
  if (card.by === 'demoCard') return { type: 'swipe', card }
  return { type: 'swipe', card: { by: 'track2', track2: new Sensitive(card.track2.replace('=', 'D')) } }
}

function terminalId(context: Context): string | undefined {
  return terminalIdSchema.safeParse(context.req.param('terminalId')).data
}

async function readJson(context: Context): Promise<unknown> {
  try {
    return await context.req.json()
  } catch {
    return undefined
  }
}

export function addTerminalRoutes(app: Hono, services: HttpServices): void {
  app.get(apiPattern.terminalView, async (context) => {
    const id = terminalId(context)
    const view = id === undefined ? undefined : await services.terminals.view(id)
    return view ? context.json(view) : notFound(context, 'this terminal')
  })

  const limit = bodyLimit({
    maxSize: bodyBytesMax,
    onError: (context) => problem(context, 413, { code: 'BODY_TOO_LARGE', message: 'the request is too large' }),
  })
  app.post(apiPattern.terminalInput, limit, async (context) => {
    const id = terminalId(context)
    if (id === undefined) return notFound(context, 'this terminal')
    const input = terminalInputSchema.safeParse(await readJson(context))
    if (!input.success) return badInput(context, input.error)
    const view = await services.terminals.input(id, toCommand(input.data))
    return view ? context.json(view) : notFound(context, 'this terminal')
  })

  app.get(apiPattern.slip, async (context) => {
    const id = terminalId(context)
    const slipId = slipIdSchema.safeParse(/^(.+)\.svg$/.exec(context.req.param('file'))?.[1])
    if (id === undefined || !slipId.success) return notFound(context, 'this slip')
    const svg = await services.terminals.slipSvg(id, slipId.data)
    if (svg === undefined) return notFound(context, 'this slip')
    return context.body(svg, 200, {
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'private, max-age=3600',
    })
  })
}
