// What the issuer should do, as simply as it can be said: one account at a time, a list of payments, no database. The
// property test runs the same random events against the real issuer and against this, and compares answers and balances.

export type ModelKind =
  | 'purchase'
  | 'void'
  | 'refund'
  | 'preAuthorization'
  | 'preAuthorizationVoid'
  | 'completion'
  | 'completionAdvice'
  | 'completionVoid'
  | 'reversal'

interface ModelPayment {
  readonly kind: ModelKind
  readonly amount: bigint
  readonly original: ModelPayment | undefined
  state: 'declined' | 'open' | 'voided' | 'completed' | 'reversed'
  refunded: bigint
  hold: bigint
  released: bigint
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

export class AccountModel {
  posted: bigint
  held = 0n
  receivable = 0n
  merchant = 0n
  readonly #payments = new Map<string, ModelPayment>()
  readonly #barred = new Set<string>()

  constructor(posted: bigint) {
    this.posted = posted
  }

  /** Whether the event is approved; its effects are applied. */
  apply(event: { id: string; kind: ModelKind; amount: bigint; originalId: string | undefined }): boolean {
    const original = event.originalId === undefined ? undefined : this.#payments.get(event.originalId)
    if (event.kind === 'reversal') return this.#reverse(event.originalId, original)
    if (this.#barred.has(event.id)) return false
    const { kind, amount } = event
    const payment: ModelPayment = { kind, amount, original, state: 'open', refunded: 0n, hold: 0n, released: 0n }
    this.#payments.set(event.id, payment)
    if (this.#approve(payment)) return true
    payment.state = 'declined'
    return false
  }

  get #available(): bigint {
    return this.posted - this.held
  }

  #approve(payment: ModelPayment): boolean {
    const { kind, amount, original } = payment
    switch (kind) {
      case 'purchase':
        return amount <= this.#available && this.#pay(amount)
      case 'preAuthorization':
        if (amount > this.#available) return false
        return this.#hold(payment, amount)
      case 'void':
        if (!isStanding(original, ['purchase']) || original.refunded > 0n || original.amount !== amount) return false
        original.state = 'voided'
        return this.#pay(-amount)
      case 'refund':
        if (!isStanding(original, ['purchase', 'completion', 'completionAdvice'])) return false
        if (original.refunded + amount > original.amount) return false
        original.refunded += amount
        return this.#pay(-amount)
      case 'preAuthorizationVoid':
        if (!isStanding(original, ['preAuthorization']) || original.amount !== amount) return false
        original.state = 'voided'
        return this.#release(payment, original)
      case 'completion':
      case 'completionAdvice':
        if (!isStanding(original, ['preAuthorization']) || amount * 100n > original.amount * 115n) return false
        if (amount > this.#available + original.hold) return false
        original.state = 'completed'
        this.#release(payment, original)
        return this.#pay(amount)
      case 'completionVoid':
        if (!isStanding(original, ['completion', 'completionAdvice']) || original.amount !== amount) return false
        if (original.refunded > 0n || !original.original) return false
        original.state = 'voided'
        this.#pay(-amount)
        return this.#restore(original.original, original.released)
      case 'reversal':
        return false
      default:
        return kind satisfies never
    }
  }

  #reverse(originalId: string | undefined, original: ModelPayment | undefined): boolean {
    if (!original) {
      if (originalId !== undefined) this.#barred.add(originalId)
      return false
    }
    if (original.state === 'reversed') return true
    if (original.state !== 'open' || original.refunded > 0n) return false
    if (!this.#undo(original)) return false
    original.state = 'reversed'
    return true
  }

  #undo(payment: ModelPayment): boolean {
    const { kind, amount, original } = payment
    switch (kind) {
      case 'purchase':
        return this.#pay(-amount)
      case 'preAuthorization':
        return this.#release(payment, payment)
      case 'void':
        original!.state = 'open'
        return this.#payInFull(amount)
      case 'preAuthorizationVoid':
        return this.#restore(original!, payment.released)
      case 'completion':
        this.#pay(-amount)
        return this.#restore(original!, payment.released)
      case 'completionVoid': {
        const held = original!.original!
        if (held.state !== 'open') return false
        this.#release({ ...payment }, held)
        held.state = 'completed'
        original!.state = 'open'
        return this.#payInFull(amount)
      }
      case 'refund':
      case 'completionAdvice':
      case 'reversal':
        return false
      default:
        return kind satisfies never
    }
  }

  #pay(amount: bigint): true {
    this.posted -= amount
    this.merchant += amount
    return true
  }

  #payInFull(amount: bigint): true {
    const covered = smaller(amount, this.#available)
    this.receivable += amount - covered
    this.merchant += amount - covered
    return this.#pay(covered)
  }

  #hold(payment: ModelPayment, amount: bigint): true {
    payment.hold = amount
    this.held += amount
    return true
  }

  #release(by: ModelPayment, held: ModelPayment): true {
    by.released = held.hold
    this.held -= held.hold
    held.hold = 0n
    return true
  }

  #restore(held: ModelPayment, amount: bigint): true {
    held.state = 'open'
    return this.#hold(held, smaller(amount, this.#available))
  }
}

function isStanding(payment: ModelPayment | undefined, kinds: readonly ModelKind[]): payment is ModelPayment {
  return payment !== undefined && payment.state === 'open' && kinds.includes(payment.kind)
}
