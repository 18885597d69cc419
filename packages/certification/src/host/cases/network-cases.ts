// Sign-on with every kind of key set, sign-off, echo, status, and downloads (terminal-protocol §2.1, §2.5, §3.2).

import { Message } from '@shua/iso8583'
import { composite } from '../payment-request.ts'
import type { HostKit } from '../host-kit.ts'
import { needing, type HostCase } from '../host-case.ts'

const smallest = { kind: 'purchase', amountMinor: 1n } as const

async function signsOn(kit: HostKit, withTrackKey: boolean): Promise<void> {
  const exchange = await kit.signOn(kit.signOnCode(withTrackKey))
  kit.judge(exchange, 'signOn')
  kit.record.require('F39', '00', exchange.answer.text('39') ?? 'absent')
  const { checkValueBytes } = kit.profile.crypto.keySet
  const bytes = (withTrackKey ? 3 : 2) * (16 + checkValueBytes)
  kit.record.check('bytes of F62', String(bytes), String(exchange.answer.bytes('62')?.length ?? 0))
  const batch = exchange.answer.text('60.2') ?? ''
  kit.record.check('batch number', '000001 to 999999', batch, /^\d{6}$/.test(batch) && batch !== '000000')
  // Keys are proved by use: PIN, MAC and, where the profile encrypts it, the track.
  if (kit.profile.crypto.trackEncrypted && !withTrackKey) return
  const sale = await kit.approved({ ...smallest, encryptTrack: withTrackKey })
  kit.judge(await kit.reverse(sale.request), 'reversal')
}

export const networkCases: readonly HostCase[] = [
  {
    id: 'signOn.pinAndMacKey',
    title: { zh: '签到：下发 PIN 与 MAC 工作密钥', en: 'Sign-on brings PIN and MAC key' },
    section: '§2.1, §3.2, §3.3',
    run: (kit) => signsOn(kit, false),
  },
  {
    id: 'signOn.trackKey',
    title: { zh: '签到：另下发磁道密钥并能使用', en: 'Sign-on brings a track key as well, and it works' },
    section: '§3.2, §3.6',
    run: (kit) => signsOn(kit, true),
  },
  {
    id: 'signOn.freshKeys',
    title: { zh: '每次签到更换密钥，旧密钥作废', en: 'Every sign-on brings new keys, and the old ones end' },
    section: '§3.1',
    run: async (kit) => {
      await kit.signOn()
      const old = kit.keys
      const request = kit.payment({ ...smallest, pin: kit.card('good').pin })
      const withOldMac = kit.pack(request, 'sealed')
      await kit.signOn()
      kit.record.check('keys', 'other ones', kit.keys.identity === old.identity ? 'the same' : 'other ones')
      const answer = await kit.exchangeBytes(withOldMac)
      if (answer === undefined) return kit.record.fail('an answer within the time-out', 'no answer')
      const code = kit.codec.unpack(answer).text('39') ?? 'absent'
      kit.record.check('F39 of a payment under the old MAK', 'A0', code)
    },
  },
  {
    id: 'signOn.envelope',
    title: { zh: '应答交换 TPDU 地址并回送报文头', en: 'Answers swap the TPDU and echo the header' },
    section: '§1.1, §1.2',
    run: async (kit) => {
      const { tpdu, header } = kit
      kit.tpdu = '6005250000'
      kit.header = `61${header.slice(2)}`
      try {
        kit.judge(await kit.signOn(), 'signOn')
        kit.judge(await kit.manage('echo'), 'echo')
      } finally {
        kit.tpdu = tpdu
        kit.header = header
      }
    },
  },
  {
    id: 'signOn.unknownTerminal',
    title: { zh: '未登记的终端签到', en: 'Sign-on of a terminal nobody knows' },
    section: '§4.2, §5',
    run: async (kit) => {
      const { terminal, host } = kit.profile
      const request = managing(kit, '0800', kit.signOnCode()).set(41, host.unknownTerminalId).set(63, terminal.operator)
      const exchange = await kit.exchange(request.set(11, kit.nextStan()), 'bare')
      kit.expectCode(exchange, ['97'])
      kit.record.check('F62', 'absent', exchange.answer.has(62) ? 'present' : 'absent')
    },
  },
  {
    id: 'signOn.wrongMerchant',
    title: { zh: '商户号不符的签到', en: 'Sign-on with a merchant number that is not the terminal’s' },
    section: '§4.2, §5',
    run: async (kit) => {
      const { terminal, host } = kit.profile
      const request = managing(kit, '0800', kit.signOnCode()).set(42, host.unknownMerchantId).set(63, terminal.operator)
      const exchange = await kit.exchange(request.set(11, kit.nextStan()), 'bare')
      kit.expectCode(exchange, ['03', '97', '58'])
      kit.record.check('F62', 'absent', exchange.answer.has(62) ? 'present' : 'absent')
    },
  },
  {
    id: 'signOff.ends',
    title: { zh: '签退后须重新签到', en: 'After sign-off a payment is told to sign on' },
    section: '§2.1, §3.1, §4.2',
    notApplicable: needing(['signOff']),
    run: async (kit) => {
      await kit.ready()
      const exchange = await kit.manage('signOff')
      kit.judge(exchange, 'signOff')
      kit.expectCode(exchange, ['00'])
      kit.record.check('F62', 'absent', exchange.answer.has(62) ? 'present' : 'absent')
      await kit.signOn()
      await kit.moves(0n, async () => {
        await kit.manage('signOff')
        kit.refused(await kit.pay({ ...smallest, pin: kit.card('good').pin }), ['77'])
        kit.forgetKeys()
      })
    },
  },
  {
    id: 'signOff.nextBatch',
    title: { zh: '签退批次号可差一', en: 'A sign-off may name the next batch' },
    section: '§4.2',
    notApplicable: needing(['signOff']),
    run: async (kit) => {
      await kit.ready()
      const batchNumber = String((Number(kit.batchNumber) % 999_999) + 1).padStart(6, '0')
      const exchange = await kit.manage('signOff', { batchNumber })
      kit.forgetKeys()
      kit.expectCode(exchange, ['00'])
    },
  },
  {
    id: 'echo.answered',
    title: { zh: '回响测试（无流水号）', en: 'An echo test is answered, without a trace' },
    section: '§2.1, §2.9',
    notApplicable: needing(['echo']),
    run: async (kit) => {
      const exchange = await kit.manage('echo')
      kit.judge(exchange, 'echo')
      kit.expectCode(exchange, ['00'])
      kit.record.check('F11', 'absent', exchange.answer.has(11) ? 'present' : 'absent')
    },
  },
  {
    id: 'statusReport.answered',
    title: { zh: '状态上送', en: 'A status report is answered' },
    section: '§2.1, §2.5',
    notApplicable: needing(['statusReport']),
    run: async (kit) => {
      const exchange = await kit.manage('statusReport', { data: Buffer.from('01102103104105112' + '60', 'latin1') })
      kit.judge(exchange, 'echo')
      kit.expectCode(exchange, ['00'])
    },
  },
  {
    id: 'parameterDownload.complete',
    title: { zh: '参数下载及结束', en: 'Parameters are downloaded and the download is ended' },
    section: '§2.1, §2.5',
    notApplicable: needing(['parameterDownload']),
    run: async (kit) => {
      const exchange = await kit.manage('parameterDownload')
      kit.judge(exchange, 'download')
      kit.expectCode(exchange, ['00'])
      const text = Buffer.from(exchange.answer.bytes('62') ?? []).toString('latin1')
      kit.record.check('F62', 'begins with a two-digit code', text.slice(0, 2), /^\d\d/.test(text))
      const end = await kit.manage('parameterDownloadEnd')
      kit.judge(end, 'downloadEnd')
      kit.expectCode(end, ['00'], 'F39 of the end')
    },
  },
  {
    id: 'stopListDownload.complete',
    title: { zh: '止付名单分页下载及结束', en: 'The stop list is downloaded page by page and ended' },
    section: '§2.1, §2.5',
    notApplicable: needing(['stopListDownload']),
    run: async (kit) => {
      await kit.ready()
      for (let index = '000', page = 0; ; page += 1) {
        if (page > 999) kit.record.fail('the list ends', 'after 999 pages it goes on')
        const exchange = await kit.manage('stopListDownload', { data: Buffer.from(index, 'latin1') })
        kit.judge(exchange, 'download')
        kit.record.require('F39', '00', exchange.answer.text('39') ?? 'absent')
        const text = Buffer.from(exchange.answer.bytes('62') ?? []).toString('latin1')
        kit.record.require('F62', 'a flag (0, 1 or 2) and an index', text.slice(0, 4), /^[012]\d{3}/.test(text))
        const count = Number(text.slice(1, 4)) - Number(index)
        const even = count === 0 ? text.length === 4 : count > 0 && (text.length - 4) % count === 0
        kit.record.check('F62', 'entries of one length', even ? 'entries of one length' : 'a broken list')
        if (text.charAt(0) !== '2') break
        kit.record.require('index', 'grows', text.slice(1, 4), text.slice(1, 4) > index)
        index = text.slice(1, 4)
      }
      const end = await kit.manage('stopListDownloadEnd')
      kit.judge(end, 'downloadEnd')
      kit.expectCode(end, ['00'], 'F39 of the end')
    },
  },
]

function managing(kit: HostKit, mti: string, networkCode: string): Message {
  const { terminalId, merchantId } = kit.profile.terminal
  const codes = composite({ '1': '00', '2': kit.batchNumber, '3': networkCode })
  return new Message(mti).set(41, terminalId).set(42, merchantId).set(60, codes)
}
