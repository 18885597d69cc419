// What a host must refuse: wrong MAC, wrong batch, duplicate, unknown terminal, wrong PIN, every kind of bad card (terminal-protocol
// §4.2 order of checks, §5 response codes). Each case also proves that no money moved.

import type { Message } from '@shua/iso8583'
import { Sensitive } from '@shua/card-data'
import { cardPurposes, type CardPurposeName } from '../../profile/card-purpose.ts'
import { cardOf } from '../../profile/certification-profile.ts'
import { composite } from '../payment-request.ts'
import type { HostKit } from '../host-kit.ts'
import { needing, type HostCase } from '../host-case.ts'

const amountMinor = 1_11n

function sale(kit: HostKit): Message {
  return kit.payment({ kind: 'purchase', amountMinor, pin: kit.card('good').pin })
}

interface Refusal {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly section: string
  readonly codes: readonly string[]
  /** The request as it goes out; sealed afterwards unless it says `bare`. */
  readonly request: (kit: HostKit) => Message | Promise<Message>
  readonly bare?: boolean
}

const refusals: readonly Refusal[] = [
  {
    id: 'mac.wrong',
    zh: 'MAC 错一位',
    en: 'A purchase whose MAC has one wrong character',
    section: '§3.7, §4.2',
    codes: ['A0'],
    bare: true,
    request: (kit) => {
      const message = sale(kit)
      kit.pack(message, 'sealed')
      const mac = Buffer.from(message.bytes('64') ?? [])
      mac[7] = mac[7] === 0x30 ? 0x31 : 0x30
      return message.set(64, mac)
    },
  },
  {
    id: 'mac.missing',
    zh: '没有 MAC',
    en: 'A purchase without MAC',
    section: '§2.9, §3.7',
    codes: ['A0', '30'],
    bare: true,
    request: sale,
  },
  {
    id: 'mac.amountChanged',
    zh: '计算 MAC 后改动金额',
    en: 'An amount changed after the MAC was made',
    section: '§3.7, §4.2',
    codes: ['A0'],
    bare: true,
    request: (kit) => {
      const message = sale(kit)
      kit.pack(message, 'sealed')
      return message.set(4, amountMinor + 1n)
    },
  },
  {
    id: 'batch.wrong',
    zh: '批次号与登记不符',
    en: 'Another batch number than the open one',
    section: '§4.2, §5',
    codes: ['77'],
    request: (kit) => {
      const batchNumber = String(((Number(kit.batchNumber) + 7) % 999_999) + 1).padStart(6, '0')
      return sale(kit).set(60, composite({ '1': '22', '2': batchNumber, '3': '000', '4': '2', '5': '0' }))
    },
  },
  {
    id: 'terminal.unknown',
    zh: '未登记的终端消费',
    en: 'A purchase of a terminal nobody knows',
    section: '§4.2, §5',
    codes: ['97'],
    request: (kit) => sale(kit).set(41, kit.profile.host.unknownTerminalId),
  },
  {
    id: 'merchant.unknown',
    zh: '商户号不存在',
    en: 'A purchase of a merchant nobody knows',
    section: '§4.2, §5',
    codes: ['03', '97', '58'],
    request: (kit) => sale(kit).set(42, kit.profile.host.unknownMerchantId),
  },
  {
    id: 'pin.wrong',
    zh: '密码错误',
    en: 'A wrong PIN',
    section: '§3.5, §5',
    codes: ['55'],
    request: (kit) => kit.payment({ kind: 'purchase', amountMinor, pin: anotherPin(kit) }),
  },
  {
    id: 'pin.malformedBlock',
    zh: 'PIN 块解密后格式错误',
    en: 'A PIN block that does not decrypt to a PIN',
    section: '§3.5, §5',
    codes: ['99', '55'],
    request: (kit) => {
      const message = sale(kit)
      const garbage = kit.random(16)
      // The zero block of SM4 stays; its real block is in DE 59.
      if (kit.profile.crypto.pinFormat === 'sm4') return message.set(59, [{ id: 'A1', value: garbage }])
      return message.set(52, garbage.subarray(0, 8))
    },
  },
  {
    id: 'amount.zero',
    zh: '金额为零',
    en: 'An amount of zero',
    section: '§5',
    codes: ['13', '30'],
    request: (kit) => sale(kit).set(4, 0n),
  },
  {
    id: 'currency.other',
    zh: '币种不是人民币',
    en: 'A currency other than 156',
    section: '§1.4, §5',
    codes: ['12', '30', '40'],
    request: (kit) => sale(kit).set(49, '840'),
  },
  {
    id: 'function.unknown',
    zh: '目录中没有的交易',
    en: 'A transaction that is not in the catalogue',
    section: '§2.1, §5',
    codes: ['40', '12', '30'],
    request: (kit) =>
      sale(kit)
        .set(3, '990000')
        .set(60, composite({ '1': '99', '2': kit.batchNumber, '3': '000', '4': '2', '5': '0' })),
  },
  ...[
    ['3', '交易处理码', 'processing code'],
    ['4', '金额', 'amount'],
    ['11', '流水号', 'trace'],
    ['22', '输入方式', 'entry mode'],
    ['25', '服务点条件码', 'condition code'],
    ['49', '币种', 'currency'],
    ['60', '自定义域', 'field 60'],
  ].map(([field, zh, en]) => ({
    id: `missing.field${field}`,
    zh: `消费缺少${zh}（F${field}）`,
    en: `A purchase without ${en} (F${field})`,
    section: '§2.9',
    codes: ['30', '13', '12', '40'],
    request: (kit: HostKit) => sale(kit).delete(Number(field)),
  })),
  {
    id: 'missing.card',
    zh: '消费没有卡数据',
    en: 'A purchase without any card data',
    section: '§2.9',
    codes: ['30', '14'],
    request: (kit) => sale(kit).delete(35).delete(2),
  },
  {
    id: 'missing.pinSecurity',
    zh: '有 PIN 而无 F53',
    en: 'A PIN block without F53',
    section: '§2.9, §3.4',
    codes: ['30', '99'],
    request: (kit) => sale(kit).delete(53),
  },
]

function anotherPin(kit: HostKit): Sensitive<string> {
  const right = kit.card('good').pin?.reveal() ?? '000000'
  return new Sensitive(right.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10)))
}

const fromTable: HostCase[] = refusals.map(({ id, zh, en, section, codes, request, bare }) => ({
  id,
  title: { zh, en },
  section,
  run: async (kit) => {
    await kit.moves(0n, async () => {
      const exchange = await kit.exchange(await request(kit), bare === true ? 'bare' : 'sealed')
      if (id === 'missing.field60' || id === 'missing.field11' || id === 'missing.field3')
        kit.expectCode(exchange, codes)
      else kit.refused(exchange, codes)
      if (id.startsWith('pin.')) await kit.approved({ kind: 'balanceInquiry' })
    })
  },
  ...(id.startsWith('pin.') ? { notApplicable: pinNeeded } : {}),
}))

function pinNeeded(profile: Parameters<NonNullable<HostCase['notApplicable']>>[0]): string | undefined {
  return cardOf(profile, 'good')?.pin === undefined ? 'the good card of the profile has no PIN' : undefined
}

const ofState: HostCase[] = [
  {
    id: 'duplicate.sameBytes',
    title: { zh: '同一消费报文再次发送', en: 'The same purchase again, byte for byte' },
    section: '§4.2, §4.3, §5',
    run: async (kit) => {
      await kit.moves(-amountMinor, async () => {
        const { request } = await kit.approved({ kind: 'purchase', amountMinor })
        kit.refused(await kit.exchange(request, 'sealed'), ['94'])
      })
    },
  },
  {
    id: 'duplicate.otherAmount',
    title: { zh: '用过的流水号发起另一笔消费', en: 'Another purchase with a trace that was used' },
    section: '§4.2, §4.3',
    run: async (kit) => {
      await kit.moves(-amountMinor, async () => {
        const { request } = await kit.approved({ kind: 'purchase', amountMinor })
        const again = kit.payment({ kind: 'purchase', amountMinor: 7n, pin: kit.card('good').pin }, request.text('11'))
        kit.refused(await kit.exchange(again, 'sealed'), ['94'])
      })
    },
  },
  {
    id: 'session.notSignedOn',
    title: { zh: '未签到即消费', en: 'A purchase while signed off' },
    section: '§3.1, §4.2',
    notApplicable: needing(['signOff']),
    run: async (kit) => {
      await kit.moves(0n, async () => {
        const request = sale(kit)
        await kit.manage('signOff')
        kit.refused(await kit.exchange(request, 'sealed'), ['77'])
        kit.forgetKeys()
      })
    },
  },
]

/** One case for each bad card the profile names. */
const ofCards: HostCase[] = (Object.keys(cardPurposes) as CardPurposeName[])
  .filter((purpose) => purpose !== 'good' && purpose !== 'second')
  .map((purpose) => ({
    id: `card.${purpose}`,
    title: { zh: `用${cardPurposes[purpose].title.zh}消费`, en: `A purchase with ${cardPurposes[purpose].title.en}` },
    section: '§5',
    notApplicable: needing([], [purpose]),
    run: async (kit) => {
      await kit.ready()
      const card = kit.card(purpose)
      kit.refused(
        await kit.pay({ kind: 'purchase', card, pin: card.pin, amountMinor: card.amountMinor }),
        card.expected,
      )
    },
  }))

export const refusalCases: readonly HostCase[] = [...fromTable, ...ofState, ...ofCards]
