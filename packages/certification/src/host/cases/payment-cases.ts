// Every payment that ends well, and what it does to the money (terminal-protocol §2.1, §2.9, §4.2).

import { originalOf, type HostKit } from '../host-kit.ts'
import { needing, type HostCase } from '../host-case.ts'

const keyed = (kit: HostKit) => ({ card: kit.card('good'), entry: 'keyed', pin: undefined }) as const

export const paymentCases: readonly HostCase[] = [
  {
    id: 'balanceInquiry.approved',
    title: { zh: '余额查询', en: 'Balance inquiry' },
    section: '§2.1, §2.9',
    notApplicable: needing(['balanceInquiry']),
    run: async (kit) => {
      await kit.moves(0n, async () => {
        await kit.approved({ kind: 'balanceInquiry' })
      })
    },
  },
  {
    id: 'purchase.stripeAndPin',
    title: { zh: '刷卡加密码消费', en: 'Purchase by stripe and PIN' },
    section: '§2.1, §2.9, §3.5',
    run: async (kit) => {
      await kit.moves(-1_23n, async () => {
        await kit.approved({ kind: 'purchase', amountMinor: 1_23n })
      })
    },
  },
  {
    id: 'purchase.keyedAndPin',
    title: { zh: '手输卡号加密码消费', en: 'Purchase by keyed number, expiry and PIN' },
    section: '§2.2, §2.9',
    notApplicable: needing(['manualEntry']),
    run: async (kit) => {
      await kit.moves(-1n, async () => {
        await kit.approved({ kind: 'purchase', amountMinor: 1n, entry: 'keyed' })
      })
    },
  },
  {
    id: 'purchase.distinctReferences',
    title: { zh: '每笔交易的参考号与授权码不同', en: 'Every approval has its own reference and authorization code' },
    section: '§1.4',
    run: async (kit) => {
      const first = originalOf(await kit.approved({ kind: 'purchase', amountMinor: 1n }))
      const second = originalOf(await kit.approved({ kind: 'purchase', amountMinor: 1n }))
      kit.record.check('F37', 'two values', first.rrn === second.rrn ? 'one value' : 'two values')
      kit.record.check('F38', 'two values', first.approvalCode === second.approvalCode ? 'one value' : 'two values')
    },
  },
  {
    id: 'void.swiped',
    title: { zh: '刷卡消费撤销', en: 'Void of a purchase, swiped' },
    section: '§2.1, §2.4, §4.4',
    notApplicable: needing(['void']),
    run: async (kit) => {
      await kit.moves(0n, async () => {
        const original = originalOf(await kit.approved({ kind: 'purchase', amountMinor: 2_00n }))
        await kit.approved({ kind: 'void', amountMinor: 2_00n, original })
      })
    },
  },
  {
    id: 'void.keyed',
    title: { zh: '手输卡号消费撤销（无密码）', en: 'Void of a purchase, keyed and without PIN' },
    section: '§2.1, §2.4',
    notApplicable: needing(['void', 'manualEntry']),
    run: async (kit) => {
      await kit.moves(0n, async () => {
        const original = originalOf(await kit.approved({ kind: 'purchase', amountMinor: 2_00n }))
        await kit.approved({ kind: 'void', amountMinor: 2_00n, original, ...keyed(kit) })
      })
    },
  },
  {
    id: 'refund.inParts',
    title: { zh: '分次退货直至全额', en: 'Refund in parts, up to the whole amount' },
    section: '§4.2, §4.4',
    notApplicable: needing(['refund']),
    run: async (kit) => {
      await kit.moves(0n, async () => {
        const original = originalOf(await kit.approved({ kind: 'purchase', amountMinor: 3_00n }))
        await kit.approved({ kind: 'refund', amountMinor: 1_00n, original, pin: undefined })
        await kit.approved({ kind: 'refund', amountMinor: 2_00n, original, pin: undefined })
      })
    },
  },
  {
    id: 'refund.repeated',
    title: { zh: '重发的退货通知只入账一次', en: 'A refund that is sent again counts once' },
    section: '§4.3',
    notApplicable: needing(['refund']),
    run: async (kit) => {
      await kit.moves(0n, async () => {
        const original = originalOf(await kit.approved({ kind: 'purchase', amountMinor: 3_00n }))
        const { request } = await kit.approved({ kind: 'refund', amountMinor: 3_00n, original, pin: undefined })
        const again = await kit.exchange(request, 'sealed')
        // §4.3: 0220 items are stored and resent; the same trace is the same refund, or a duplicate.
        kit.expectCode(again, ['00', '94'])
      })
    },
  },
  {
    id: 'preAuthorization.holds',
    title: { zh: '预授权冻结金额，撤销释放', en: 'Pre-authorization holds the amount, its void releases it' },
    section: '§2.1, §4.2',
    notApplicable: needing(['preAuthorization', 'preAuthorizationVoid']),
    run: async (kit) => {
      let original = undefined as ReturnType<typeof originalOf> | undefined
      await kit.moves(-5_00n, async () => {
        original = originalOf(await kit.approved({ kind: 'preAuthorization', amountMinor: 5_00n }))
      })
      await kit.moves(5_00n, async () => {
        if (original !== undefined) await kit.approved({ kind: 'preAuthorizationVoid', amountMinor: 5_00n, original })
      })
    },
  },
  {
    id: 'completion.belowAmount',
    title: { zh: '预授权完成少于授权金额，余额释放', en: 'Completion below the amount releases the rest' },
    section: '§4.2',
    notApplicable: needing(['preAuthorization', 'completion']),
    run: async (kit) => {
      await kit.moves(-80n, async () => {
        const original = originalOf(await kit.approved({ kind: 'preAuthorization', amountMinor: 1_00n }))
        await kit.approved({ kind: 'completion', amountMinor: 80n, original })
      })
    },
  },
  {
    id: 'completion.upToShare',
    title: { zh: '预授权完成可达授权金额的上限', en: 'Completion up to the share above the amount' },
    section: '§4.2',
    notApplicable: needing(['preAuthorization', 'completion']),
    run: async (kit) => {
      const share = BigInt(kit.profile.host.completionPercentMax)
      await kit.moves(-share, async () => {
        const original = originalOf(await kit.approved({ kind: 'preAuthorization', amountMinor: 1_00n }))
        await kit.approved({ kind: 'completion', amountMinor: share, original })
      })
    },
  },
  {
    id: 'completionAdvice.keyed',
    title: { zh: '预授权完成通知', en: 'Completion by advice' },
    section: '§2.1, §4.3',
    notApplicable: needing(['preAuthorization', 'completionAdvice']),
    run: async (kit) => {
      await kit.moves(-90n, async () => {
        const original = originalOf(await kit.approved({ kind: 'preAuthorization', amountMinor: 1_00n }))
        await kit.approved({ kind: 'completionAdvice', amountMinor: 90n, original, pin: undefined })
      })
    },
  },
  {
    id: 'completionVoid.reopens',
    title: { zh: '预授权完成撤销后恢复冻结', en: 'Void of a completion opens the hold again' },
    section: '§2.1, §4.2',
    notApplicable: needing(['preAuthorization', 'completion', 'completionVoid', 'preAuthorizationVoid']),
    run: async (kit) => {
      await kit.moves(0n, async () => {
        const original = originalOf(await kit.approved({ kind: 'preAuthorization', amountMinor: 1_00n }))
        const completed = originalOf(await kit.approved({ kind: 'completion', amountMinor: 90n, original }))
        await kit.approved({ kind: 'completionVoid', amountMinor: 90n, original: completed })
        await kit.approved({ kind: 'preAuthorizationVoid', amountMinor: 1_00n, original })
      })
    },
  },
]
