// Every reason for which a request is refused, in order of precedence: when several apply, the first one is told.
// Rules name reasons only; response-code.ts maps each to DE 39 at the edge (terminal-protocol §4.2, §5).

export const declineReasons = {
  // The acquirer's edge: can this message be read, and by whom was it sent?
  formatError: { by: 'acquirer', retryable: false, meaning: 'a field is missing, malformed, or contradicts another' },
  functionNotSupported: {
    by: 'acquirer',
    retryable: false,
    meaning: 'no transaction of the dialect has this MTI, DE 3, DE 25 and 60.1',
  },
  terminalUnknown: { by: 'acquirer', retryable: false, meaning: 'no terminal has this DE 41' },
  terminalMismatch: {
    by: 'acquirer',
    retryable: false,
    meaning: 'licence or serial in DE 62 are not those registered for the terminal',
  },
  merchantUnknown: {
    by: 'acquirer',
    retryable: false,
    meaning: 'DE 42 is unknown or not the merchant of this terminal',
  },
  merchantClosed: { by: 'acquirer', retryable: false, meaning: 'the merchant is suspended or closed' },
  terminalNotActive: { by: 'acquirer', retryable: false, meaning: 'the terminal is suspended or withdrawn' },
  notSignedOn: { by: 'acquirer', retryable: true, meaning: 'the terminal holds no working keys of this day' },
  macWrong: { by: 'acquirer', retryable: true, meaning: 'DE 64 is missing or does not verify' },
  batchMismatch: { by: 'acquirer', retryable: true, meaning: '60.2 is not the open batch of the terminal' },
  batchClosing: {
    by: 'acquirer',
    retryable: true,
    meaning: 'the batch is being settled; no new transaction enters it',
  },
  trackUnreadable: { by: 'acquirer', retryable: true, meaning: 'track 2 cannot be decrypted or is no track 2' },
  duplicate: { by: 'acquirer', retryable: false, meaning: 'terminal, batch and trace were used before' },
  notPermittedToTerminal: {
    by: 'acquirer',
    retryable: false,
    meaning: 'the terminal or merchant may not do this kind of transaction',
  },
  currencyNotSupported: { by: 'acquirer', retryable: false, meaning: 'DE 49 is not a currency of this merchant' },
  amountInvalid: { by: 'acquirer', retryable: true, meaning: 'the amount is zero or missing' },
  terminalLimitExceeded: { by: 'acquirer', retryable: false, meaning: 'above the single limit of the terminal' },
  merchantLimitExceeded: { by: 'acquirer', retryable: false, meaning: 'above the single limit of the merchant' },
  originalNotFound: { by: 'acquirer', retryable: false, meaning: 'no transaction is named by the reference' },
  originalDeclined: { by: 'acquirer', retryable: false, meaning: 'the transaction to reverse had been declined' },
  originalNotOpen: {
    by: 'acquirer',
    retryable: false,
    meaning: 'the original is already voided, reversed, completed or of another kind',
  },
  originalTooOld: { by: 'acquirer', retryable: false, meaning: 'past the days in which this is allowed' },
  originalCardDiffers: { by: 'acquirer', retryable: false, meaning: 'the card is not the card of the original' },
  originalAmountDiffers: { by: 'acquirer', retryable: false, meaning: 'the amount is not the amount of the original' },
  completionAboveShare: {
    by: 'acquirer',
    retryable: false,
    meaning: 'the completion exceeds the permitted share of the authorization',
  },
  refundAboveRemaining: { by: 'acquirer', retryable: false, meaning: 'refunds would exceed what was paid' },
  cardStopListed: { by: 'acquirer', retryable: false, meaning: 'the card stands on the stop list' },
  terminalDailyLimitExceeded: { by: 'acquirer', retryable: false, meaning: 'above the daily amount of the terminal' },
  terminalMonthlyLimitExceeded: {
    by: 'acquirer',
    retryable: false,
    meaning: 'above the monthly amount of the terminal',
  },
  merchantDailyLimitExceeded: { by: 'acquirer', retryable: false, meaning: 'above the daily amount of the merchant' },
  merchantMonthlyLimitExceeded: {
    by: 'acquirer',
    retryable: false,
    meaning: 'above the monthly amount of the merchant',
  },

  // The switch: who answers for this card?
  issuerUnknown: { by: 'switch', retryable: false, meaning: 'no issuer has this BIN' },
  issuerUnreachable: { by: 'switch', retryable: true, meaning: 'the issuer cannot be reached; nothing was sent' },
  pinBlockMalformed: { by: 'switch', retryable: true, meaning: 'the PIN block does not decrypt to a PIN' },

  // The issuer's ladder.
  cardUnknown: { by: 'issuer', retryable: false, meaning: 'the issuer has no such card' },
  cardLost: { by: 'issuer', retryable: false, meaning: 'reported lost' },
  cardStolen: { by: 'issuer', retryable: false, meaning: 'reported stolen' },
  cardClosed: { by: 'issuer', retryable: false, meaning: 'closed or replaced' },
  cardNotActivated: { by: 'issuer', retryable: false, meaning: 'produced but not sold or activated' },
  cardFrozen: { by: 'issuer', retryable: false, meaning: 'frozen by the operator or the cardholder' },
  cardExpired: { by: 'issuer', retryable: false, meaning: 'past its expiry date' },
  expiryDiffers: { by: 'issuer', retryable: false, meaning: 'the expiry read is not the expiry of the card' },
  cardVerificationFailed: {
    by: 'issuer',
    retryable: false,
    meaning: 'the card verification value of the stripe is wrong',
  },
  chipRequired: { by: 'issuer', retryable: false, meaning: 'a chip card was swiped where the rules want the chip' },
  pinTriesExceeded: { by: 'issuer', retryable: false, meaning: 'too many wrong PINs; the card must be unlocked' },
  pinMissing: { by: 'issuer', retryable: true, meaning: 'this transaction needs a PIN' },
  pinWrong: { by: 'issuer', retryable: true, meaning: 'the PIN is wrong' },
  notPermittedToCard: {
    by: 'issuer',
    retryable: false,
    meaning: 'the programme does not allow this kind of transaction or this merchant',
  },
  cardSingleLimitExceeded: { by: 'issuer', retryable: false, meaning: 'above the single limit of the card' },
  cardDailyLimitExceeded: { by: 'issuer', retryable: false, meaning: 'above the daily amount of the card' },
  cardDailyCountExceeded: { by: 'issuer', retryable: false, meaning: 'more transactions than allowed in a day' },
  cardMonthlyLimitExceeded: { by: 'issuer', retryable: false, meaning: 'above the monthly amount of the card' },
  insufficientFunds: { by: 'issuer', retryable: false, meaning: 'available balance is below the amount' },
  issuerRefusesOriginal: {
    by: 'issuer',
    retryable: false,
    meaning: 'the issuer has no matching original in the right state',
  },
  reversalRefused: {
    by: 'issuer',
    retryable: false,
    meaning: 'the payment to reverse stands and cannot be undone any more; a person has to decide',
  },

  // Our own state.
  systemBusy: {
    by: 'acquirer',
    retryable: true,
    meaning: 'the host is overloaded or its database is away; nothing was done',
  },
} as const satisfies Record<string, { by: 'acquirer' | 'switch' | 'issuer'; retryable: boolean; meaning: string }>

export type DeclineReason = keyof typeof declineReasons
