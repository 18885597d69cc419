// Bytes that are no message, or not whole, or not alone: the host may answer 30 or say nothing, but it must not approve, must not
// move money, and must go on answering others (terminal-protocol §1.1, §1.3, §5 code 30).

import type { HostConnection } from '../../wire/host-connection.ts'
import { framed } from '../../wire/frame-splitter.ts'
import type { HostKit } from '../host-kit.ts'
import { needing, type HostCase } from '../host-case.ts'

const amountMinor = 1_11n
const envelopeBytes = 11
const silenceMs = 2_000

/** A whole, sealed purchase. */
function sale(kit: HostKit): Buffer {
  return kit.pack(kit.payment({ kind: 'purchase', amountMinor, pin: kit.card('good').pin }), 'sealed')
}

function echoBytes(kit: HostKit): Buffer {
  return kit.pack(kit.echoRequest())
}

/** Reads until the echo of the same connection is answered, the connection ends, or it is silent for too long. */
async function answersBeforeEcho(
  kit: HostKit,
  connection: HostConnection,
): Promise<{ codes: string[]; echoed: boolean }> {
  const codes: string[] = []
  for (;;) {
    const bytes = await connection.receive(silenceMs)
    if (bytes === undefined) return { codes, echoed: false }
    kit.record.message('in', bytes)
    const answer = kit.codec.unpackPartly(bytes).message
    if (answer.mti === '0830' && answer.text('60.3') === '301') return { codes, echoed: true }
    codes.push(answer.text('39') ?? 'absent')
  }
}

/** Sends the bytes as one frame with an echo behind it on the same connection. */
async function sendBroken(kit: HostKit, bytes: Buffer): Promise<string[]> {
  const connection = await kit.connect()
  kit.record.message('out', bytes)
  connection.write(Buffer.concat([framed(bytes), framed(echoBytes(kit))]))
  const { codes } = await answersBeforeEcho(kit, connection)
  connection.close()
  return codes
}

interface Broken {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly bytes: (kit: HostKit) => Buffer
}

const cut = (end: number) => (kit: HostKit) => sale(kit).subarray(0, end)
const patched = (offset: number, bytes: readonly number[]) => (kit: HostKit) => {
  const message = Buffer.from(sale(kit))
  Buffer.from(bytes).copy(message, offset)
  return message
}
/** MTI at 11, bitmap at 13, DE 3 at 21, DE 4 at 24, DE 11 at 30. */
const broken: readonly Broken[] = [
  { id: 'oneByte', zh: '只有一个字节', en: 'One byte', bytes: () => Buffer.from([0x60]) },
  { id: 'onlyTpdu', zh: '只有 TPDU', en: 'Nothing but a TPDU', bytes: cut(5) },
  { id: 'onlyEnvelope', zh: '只有 TPDU 与报文头', en: 'Nothing but TPDU and header', bytes: cut(envelopeBytes) },
  { id: 'cutInBitmap', zh: '位图截断', en: 'Cut within the bitmap', bytes: cut(17) },
  { id: 'cutInAmount', zh: '金额截断', en: 'Cut within the amount', bytes: cut(27) },
  { id: 'cutInCard', zh: '卡数据截断', en: 'Cut within the card data', bytes: cut(45) },
  { id: 'cutInMac', zh: 'MAC 截断', en: 'Cut within the MAC', bytes: (kit) => sale(kit).subarray(0, -1) },
  {
    id: 'trailingByte',
    zh: '末尾多一个字节',
    en: 'One byte too many',
    bytes: (kit) => Buffer.concat([sale(kit), Buffer.from([0])]),
  },
  {
    id: 'unknownField',
    zh: '位图含未定义域',
    en: 'The bitmap names a field the dialect does not have',
    bytes: patched(15, [0x05]),
  },
  { id: 'secondBitmap', zh: '位图宣称有第二位图', en: 'The bitmap announces a second one', bytes: patched(13, [0xb0]) },
  {
    id: 'missingBit',
    zh: '位图少一位而数据仍在',
    en: 'A bit is missing whose field is there',
    bytes: (kit) => {
      const message = Buffer.from(sale(kit))
      message[13] = (message[13] ?? 0) & 0xef
      return message
    },
  },
  { id: 'lettersInAmount', zh: '金额含字母', en: 'Letters in the amount', bytes: patched(24, [0xaa]) },
  { id: 'lettersInTrace', zh: '流水号含字母', en: 'Letters in the trace', bytes: patched(30, [0xff]) },
  {
    id: 'lengthTooLong',
    zh: '变长域长度超出报文',
    en: 'A field announces more than there is',
    bytes: (kit) => {
      const message = Buffer.from(sale(kit))
      // DE 63 is the last but the MAC: length (2), three characters, eight bytes of MAC.
      Buffer.from([0x01, 0x63]).copy(message, message.length - 13)
      return message
    },
  },
  { id: 'lengthNotBcd', zh: '变长域长度不是 BCD', en: 'A length that is not BCD', bytes: patched(37, [0xff]) },
  { id: 'unknownMti', zh: '消息类型不存在', en: 'An MTI that is none', bytes: patched(envelopeBytes, [0xff, 0xff]) },
  {
    id: 'foreignMti',
    zh: '目录之外的消息类型',
    en: 'An MTI outside the catalogue',
    bytes: patched(envelopeBytes, [0x06, 0x00]),
  },
  {
    id: 'answerMti',
    zh: '向主机发送应答',
    en: 'An answer instead of a request',
    bytes: patched(envelopeBytes, [0x02, 0x10]),
  },
  { id: 'noise', zh: '一千字节的噪声', en: 'A kilobyte of noise', bytes: (kit) => kit.random(1024) },
  { id: 'zeros', zh: '两百字节的零', en: 'Two hundred zero bytes', bytes: () => Buffer.alloc(200) },
]

const ofBytes: HostCase[] = broken.map(({ id, zh, en, bytes }) => ({
  id: `malformed.${id}`,
  title: { zh: `畸形报文：${zh}`, en: `Malformed: ${en}` },
  section: '§1.1, §1.3, §5',
  notApplicable: needing(['echo']),
  run: async (kit) => {
    await kit.moves(0n, async () => {
      const codes = await sendBroken(kit, bytes(kit))
      // A host may also call it an unknown function (40, 12), or name what it could read (97, 03, A0).
      const approved = codes.includes('00')
      kit.record.check('answer', 'a refusal, or none', codes.join(' ') || 'none', !approved && codes.length <= 1)
      await kit.alive()
    })
  },
}))

const ofStreams: HostCase[] = [
  {
    id: 'stream.fragmented',
    title: { zh: '报文逐字节到达', en: 'A request that arrives byte by byte' },
    section: '§1.1',
    notApplicable: needing(['echo']),
    run: async (kit) => {
      const connection = await kit.connect()
      const bytes = echoBytes(kit)
      kit.record.message('out', bytes)
      for (const byte of framed(bytes)) {
        connection.write(Buffer.from([byte]))
        await new Promise((resolve) => setImmediate(resolve))
      }
      const { echoed } = await answersBeforeEcho(kit, connection)
      connection.close()
      kit.record.check('answer', 'the echo', echoed ? 'the echo' : 'none')
    },
  },
  {
    id: 'stream.glued',
    title: { zh: '三个报文粘在一起到达', en: 'Three requests in one segment' },
    section: '§1.1',
    notApplicable: needing(['echo']),
    run: async (kit) => {
      const connection = await kit.connect()
      const bytes = echoBytes(kit)
      for (let count = 0; count < 3; count += 1) kit.record.message('out', bytes)
      connection.write(Buffer.concat([framed(bytes), framed(bytes), framed(bytes)]))
      let answers = 0
      while (answers < 3 && (await answersBeforeEcho(kit, connection)).echoed) answers += 1
      connection.close()
      kit.record.check('answers', '3', String(answers))
    },
  },
  {
    id: 'stream.halfClosed',
    title: { zh: '发完请求即关闭发送方向', en: 'A terminal that ends its side after the request' },
    section: '§1.1',
    notApplicable: needing(['echo']),
    run: async (kit) => {
      const connection = await kit.connect()
      connection.send(echoBytes(kit))
      connection.halfClose()
      await answersBeforeEcho(kit, connection)
      connection.close()
      // Some hosts take the end for a hang-up; what matters is that others are served.
      await kit.alive()
    },
  },
  {
    id: 'stream.emptyFrame',
    title: { zh: '长度为零的帧', en: 'A frame of no bytes' },
    section: '§1.1',
    notApplicable: needing(['echo']),
    run: async (kit) => {
      const connection = await kit.connect()
      connection.write(Buffer.from([0, 0]))
      await connection.receive(300)
      connection.close()
      await kit.alive()
    },
  },
  {
    id: 'stream.oversized',
    title: { zh: '宣称 65535 字节的帧', en: 'A frame that announces 65,535 bytes' },
    section: '§1.1',
    notApplicable: needing(['echo']),
    run: async (kit) => {
      const connection = await kit.connect()
      connection.write(Buffer.concat([Buffer.from([0xff, 0xff]), kit.random(20_000)]))
      const answer = await connection.receive(500)
      const got = answer === undefined ? 'none' : (kit.codec.unpackPartly(answer).message.text('39') ?? 'absent')
      kit.record.check('answer', 'a refusal, or none', got, got !== '00')
      connection.close()
      await kit.alive()
    },
  },
  {
    id: 'stream.slowLoris',
    title: { zh: '二十个连接各发半帧后停住', en: 'Twenty connections that send half a frame and stall' },
    section: '§1.1',
    notApplicable: needing(['echo']),
    run: async (kit) => {
      const half = framed(echoBytes(kit)).subarray(0, 20)
      const connections = await Promise.all(Array.from({ length: 20 }, () => kit.connect()))
      for (const connection of connections) connection.write(half)
      await kit.alive()
      await kit.approved({ kind: 'purchase', amountMinor: 1n })
      for (const connection of connections) connection.close()
    },
  },
  {
    id: 'malformed.random',
    title: { zh: '随机破坏一个字节的消费报文', en: 'Purchases with one byte damaged at random' },
    section: '§1.3, §3.7',
    notApplicable: needing(['echo']),
    run: async (kit) => {
      const { randomMessages } = kit.profile.host
      await kit.moves(0n, async () => {
        let approved = 0
        const { record } = kit
        for (let count = 0; count < randomMessages; count += 1) {
          const message = Buffer.from(sale(kit))
          const at = envelopeBytes + (kit.random(2).readUInt16BE(0) % (message.length - envelopeBytes))
          message[at] = (message[at] ?? 0) ^ (1 + ((kit.random(1)[0] ?? 0) % 255))
          const kept = record.messages.length
          const codes = await sendBroken(kit, message)
          // Only what shows the fault is worth a place in the report.
          if (codes.includes('00')) approved += 1
          else record.messages.splice(kept)
        }
        record.check(`approved of ${randomMessages}`, '0', String(approved))
      })
    },
  },
]

export const malformedCases: readonly HostCase[] = [...ofBytes, ...ofStreams]
