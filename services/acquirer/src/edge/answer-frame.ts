// Builds the bytes of an answer: TPDU with its two addresses swapped, the header echoed with what the host asks for next, the
// message, and a MAC where the dialect wants one (terminal-protocol §1.1, §1.2, §3.7).

import { assert } from '@shua/assert'
import type { Codec, Message } from '@shua/iso8583'
import { writeAnswer, type HostAnswer } from '@shua/scheme'
import type { KeyBlock, SecurityModule } from '@shua/security-module'
import type { MacVariant } from '@shua/scheme'
import { macPart } from './mac-part.ts'

export interface AnswerSigning {
  readonly key: KeyBlock
  readonly variant: MacVariant
}

const macPlaceholder = new Uint8Array(8)

export function answerFrame(
  request: Message,
  answer: HostAnswer,
  options: {
    codec: Codec
    securityModule: SecurityModule
    signing: AnswerSigning | undefined
    processingRequirement: string
  },
): Buffer {
  const message = writeAnswer(request, answer)
  const { tpdu, header } = request.envelope
  assert(tpdu !== undefined && header !== undefined, 'an unpacked request has its envelope')
  message.envelope['tpdu'] = tpdu.slice(0, 2) + tpdu.slice(6, 10) + tpdu.slice(2, 6)
  message.envelope['header'] = header.slice(0, 5) + options.processingRequirement + header.slice(6)
  if (options.signing === undefined) return options.codec.pack(message)
  message.set(64, macPlaceholder)
  const bytes = options.codec.pack(message)
  const { data } = macPart(options.codec, message, bytes)
  const { key, variant } = options.signing
  options.securityModule.computeMac({ key, variant, data }).copy(bytes, bytes.length - macPlaceholder.length)
  return bytes
}
