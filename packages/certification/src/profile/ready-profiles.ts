// Profiles that come with the kit: the demo network of this repository (public test values, nothing secret) for each of its
// outside terminals, and a template to copy. `shua certify profile NAME` prints one as JSON.

import type { ProfileInput } from './certification-profile.ts'

const demoMasterKey = '0123456789ABCDEFFEDCBA9876543210'
const demoMerchantId = '898110015411234'
const behindPan = 'D30122011234567890123'

const demoCards: ProfileInput['cards'] = [
  { purpose: 'good', track2: `6225880000000001${behindPan}`, pin: '123456' },
  { purpose: 'second', track2: `6225880000000019${behindPan}`, pin: '123456' },
  { purpose: 'noFunds', track2: `6225880000000027${behindPan}`, pin: '123456' },
  { purpose: 'pinLocked', track2: `6225880000000035${behindPan}`, pin: '123456' },
  { purpose: 'lost', track2: `6225880000000043${behindPan}`, pin: '123456' },
  { purpose: 'stolen', track2: `6225880000000050${behindPan}`, pin: '123456' },
  { purpose: 'frozen', track2: `6225880000000068${behindPan}`, pin: '123456' },
  { purpose: 'expired', track2: '6225880000000076D24122011234567890123', pin: '123456' },
  { purpose: 'notActivated', track2: `6225880000000084${behindPan}`, pin: '123456' },
  { purpose: 'overLimit', track2: `6225880000000092${behindPan}`, pin: '123456' },
  { purpose: 'stopListed', track2: `6225880000000100${behindPan}`, pin: '123456' },
  { purpose: 'chipOnly', track2: `6225880000000118${behindPan}`, pin: '123456' },
  { purpose: 'unknownCard', track2: `6225880000009994${behindPan}`, pin: '123456' },
  { purpose: 'unknownIssuer', track2: `4900000000000003${behindPan}`, pin: '123456' },
]

function demo(
  name: string,
  crypto: ProfileInput['crypto'],
  terminal: { terminalId: string; licenceAndSerial?: string },
): ProfileInput {
  return {
    name,
    crypto,
    terminal: { merchantId: demoMerchantId, ...terminal },
    masterKey: { hex: demoMasterKey },
    cards: demoCards,
    device: { headerRequests: ['1', '2', '3', '7'], firstBatch: '000007' },
  }
}

export const readyProfiles: Readonly<Record<string, ProfileInput>> = {
  demo: demo('demo', 'pos-3des', { terminalId: '10000001', licenceAndSerial: '3456SYNTH001' }),
  'demo-x919': demo('demo-x919', 'pos-x919', { terminalId: '10000005' }),
  'demo-mac16': demo('demo-mac16', 'pos-3des-mac16', { terminalId: '10000006' }),
  'demo-x99': demo('demo-x99', 'pos-x99', { terminalId: '10000007' }),
  template: {
    name: 'my-acquirer',
    crypto: 'pos-3des',
    terminal: {
      terminalId: '00000001',
      merchantId: '000000000000001',
      licenceAndSerial: '0000SERIAL01',
      operator: '01',
      tpdu: '6000030000',
      header: '603100310000',
      readCapability: '2',
    },
    cards: [
      { purpose: 'good', track2: '6200000000000000D30012010000000000000', pin: '000000' },
      { purpose: 'second', track2: '6200000000000018D30012010000000000000', pin: '000000' },
      { purpose: 'noFunds', track2: '6200000000000026D30012010000000000000', pin: '000000', amountMinor: 10_000 },
      { purpose: 'lost', track2: '6200000000000034D30012010000000000000', pin: '000000', expected: ['41'] },
    ],
    flows: {
      signOff: true,
      echo: true,
      statusReport: true,
      parameterDownload: true,
      stopListDownload: false,
      balanceInquiry: true,
      void: true,
      refund: true,
      preAuthorization: true,
      preAuthorizationVoid: true,
      completion: true,
      completionAdvice: true,
      completionVoid: true,
      settlement: true,
      manualEntry: true,
    },
    host: { connection: 'perTransaction', answerTimeoutMs: 30_000, completionPercentMax: 115 },
    device: { waitMs: 180_000, answerTimeoutMs: 60_000, headerRequests: ['3'], firstBatch: '000001' },
    expected: { 'settlement.inProgress': ['90'] },
  },
}
