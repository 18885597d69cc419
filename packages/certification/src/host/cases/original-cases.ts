// Voids, refunds and completions that name their original wrongly, or come too often or for too much (terminal-protocol §4.2).

import type { PaymentKind } from '../../protocol/catalogue.ts'
import { originalOf, type HostKit } from '../host-kit.ts'
import type { Original } from '../payment-request.ts'
import { needing, type HostCase } from '../host-case.ts'
import type { FlowName } from '../../profile/certification-profile.ts'

interface WrongReference {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly codes: readonly string[]
  readonly flows: readonly FlowName[]
  /** Prepares the original and sends what must be refused; answers what had rightly moved. */
  readonly kind: PaymentKind
  readonly prepare: (kit: HostKit) => Promise<{ original: Original; amountMinor: bigint; second?: true }>
  readonly moved: bigint
}

const bought = async (kit: HostKit): Promise<Original> =>
  originalOf(await kit.approved({ kind: 'purchase', amountMinor: 2_00n }))
const held = async (kit: HostKit): Promise<Original> =>
  originalOf(await kit.approved({ kind: 'preAuthorization', amountMinor: 1_00n }))

const rows: readonly WrongReference[] = [
  {
    id: 'void.wrongAmount',
    zh: '撤销金额不符',
    en: 'A void of another amount',
    codes: ['64'],
    flows: ['void'],
    kind: 'void',
    moved: -2_00n,
    prepare: async (kit) => ({ original: await bought(kit), amountMinor: 1_99n }),
  },
  {
    id: 'void.otherCard',
    zh: '用另一张卡撤销',
    en: 'A void with another card',
    codes: ['14'],
    flows: ['void'],
    kind: 'void',
    moved: -2_00n,
    prepare: async (kit) => ({ original: await bought(kit), amountMinor: 2_00n, second: true }),
  },
  {
    id: 'void.unknownOriginal',
    zh: '撤销不存在的流水号',
    en: 'A void of a trace that never was',
    codes: ['25'],
    flows: ['void'],
    kind: 'void',
    moved: -2_00n,
    prepare: async (kit) => ({
      original: { ...(await bought(kit)), stan: kit.nextStan() },
      amountMinor: 2_00n,
    }),
  },
  {
    id: 'void.ofVoided',
    zh: '撤销已撤销的消费',
    en: 'A void of a voided purchase',
    codes: ['25'],
    flows: ['void'],
    kind: 'void',
    moved: 0n,
    prepare: async (kit) => {
      const original = await bought(kit)
      await kit.approved({ kind: 'void', amountMinor: 2_00n, original })
      return { original, amountMinor: 2_00n }
    },
  },
  {
    id: 'void.ofReversed',
    zh: '撤销已冲正的消费',
    en: 'A void of a reversed purchase',
    codes: ['25'],
    flows: ['void'],
    kind: 'void',
    moved: 0n,
    prepare: async (kit) => {
      const exchange = await kit.approved({ kind: 'purchase', amountMinor: 2_00n })
      await kit.reverse(exchange.request)
      return { original: originalOf(exchange), amountMinor: 2_00n }
    },
  },
  {
    id: 'refund.aboveAmount',
    zh: '退货超过原金额',
    en: 'A refund above the amount',
    codes: ['61', '64'],
    flows: ['refund'],
    kind: 'refund',
    moved: -2_00n,
    prepare: async (kit) => ({ original: await bought(kit), amountMinor: 2_01n }),
  },
  {
    id: 'refund.aboveRest',
    zh: '退货超过剩余可退金额',
    en: 'A refund above what is left',
    codes: ['61', '64'],
    flows: ['refund'],
    kind: 'refund',
    moved: -1_00n,
    prepare: async (kit) => {
      const original = await bought(kit)
      await kit.approved({ kind: 'refund', amountMinor: 1_00n, original, pin: undefined })
      return { original, amountMinor: 1_01n }
    },
  },
  {
    id: 'refund.ofVoided',
    zh: '退货已撤销的消费',
    en: 'A refund of a voided purchase',
    codes: ['25'],
    flows: ['refund', 'void'],
    kind: 'refund',
    moved: 0n,
    prepare: async (kit) => {
      const original = await bought(kit)
      await kit.approved({ kind: 'void', amountMinor: 2_00n, original })
      return { original, amountMinor: 2_00n }
    },
  },
  {
    id: 'refund.unknownOriginal',
    zh: '退货参考号不存在',
    en: 'A refund of a reference that never was',
    codes: ['25'],
    flows: ['refund'],
    kind: 'refund',
    moved: -2_00n,
    prepare: async (kit) => ({ original: { ...(await bought(kit)), rrn: '999999999999' }, amountMinor: 2_00n }),
  },
  {
    id: 'completion.aboveShare',
    zh: '预授权完成超过上限',
    en: 'A completion above the share',
    codes: ['64', '61'],
    flows: ['preAuthorization', 'completion'],
    kind: 'completion',
    moved: -1_00n,
    prepare: async (kit) => ({
      original: await held(kit),
      amountMinor: BigInt(kit.profile.host.completionPercentMax) + 1n,
    }),
  },
  {
    id: 'completion.twice',
    zh: '预授权完成两次',
    en: 'A second completion',
    codes: ['25'],
    flows: ['preAuthorization', 'completion'],
    kind: 'completion',
    moved: -1_00n,
    prepare: async (kit) => {
      const original = await held(kit)
      await kit.approved({ kind: 'completion', amountMinor: 1_00n, original })
      return { original, amountMinor: 1_00n }
    },
  },
  {
    id: 'completion.otherCard',
    zh: '用另一张卡做预授权完成',
    en: 'A completion with another card',
    codes: ['14', '25'],
    flows: ['preAuthorization', 'completion'],
    kind: 'completion',
    moved: -1_00n,
    prepare: async (kit) => ({ original: await held(kit), amountMinor: 1_00n, second: true }),
  },
  {
    id: 'completion.unknownOriginal',
    zh: '授权码不存在的预授权完成',
    en: 'A completion of an unknown authorization code',
    codes: ['25'],
    flows: ['preAuthorization', 'completion'],
    kind: 'completion',
    moved: -1_00n,
    prepare: async (kit) => ({ original: { ...(await held(kit)), approvalCode: 'ZZZZZ9' }, amountMinor: 1_00n }),
  },
  {
    id: 'completionAdvice.aboveShare',
    zh: '预授权完成通知超过上限',
    en: 'A completion advice above the share',
    codes: ['64', '61'],
    flows: ['preAuthorization', 'completionAdvice'],
    kind: 'completionAdvice',
    moved: -1_00n,
    prepare: async (kit) => ({
      original: await held(kit),
      amountMinor: BigInt(kit.profile.host.completionPercentMax) + 1n,
    }),
  },
  {
    id: 'preAuthorizationVoid.wrongAmount',
    zh: '预授权撤销金额不符',
    en: 'A void of another amount than was pre-authorized',
    codes: ['64'],
    flows: ['preAuthorization', 'preAuthorizationVoid'],
    kind: 'preAuthorizationVoid',
    moved: -1_00n,
    prepare: async (kit) => ({ original: await held(kit), amountMinor: 99n }),
  },
  {
    id: 'preAuthorizationVoid.ofCompleted',
    zh: '撤销已完成的预授权',
    en: 'A void of a completed pre-authorization',
    codes: ['25'],
    flows: ['preAuthorization', 'preAuthorizationVoid', 'completion'],
    kind: 'preAuthorizationVoid',
    moved: -1_00n,
    prepare: async (kit) => {
      const original = await held(kit)
      await kit.approved({ kind: 'completion', amountMinor: 1_00n, original })
      return { original, amountMinor: 1_00n }
    },
  },
  {
    id: 'completionVoid.wrongAmount',
    zh: '预授权完成撤销金额不符',
    en: 'A void of a completion of another amount',
    codes: ['64'],
    flows: ['preAuthorization', 'completion', 'completionVoid'],
    kind: 'completionVoid',
    moved: -1_00n,
    prepare: async (kit) => {
      const original = await held(kit)
      const completed = await kit.approved({ kind: 'completion', amountMinor: 1_00n, original })
      return { original: originalOf(completed), amountMinor: 99n }
    },
  },
]

export const originalCases: readonly HostCase[] = rows.map((row) => ({
  id: row.id,
  title: { zh: row.zh, en: row.en },
  section: '§4.2',
  notApplicable: needing(row.flows, row.id.endsWith('otherCard') ? ['second'] : []),
  run: async (kit) => {
    await kit.moves(row.moved, async () => {
      await kit.ready()
      const { original, amountMinor, second } = await row.prepare(kit)
      const card = kit.card(second === true ? 'second' : 'good')
      const pin = row.kind === 'refund' || row.kind === 'completionAdvice' ? undefined : card.pin
      kit.refused(await kit.pay({ kind: row.kind, card, pin, amountMinor, original }), row.codes)
    })
  },
}))
