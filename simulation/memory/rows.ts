// The rows of the tables that payments touch, with the columns as the migrations name them. What a statement returns under other
// names is mapped by its handler. The conformance test compares them with PostgreSQL's, column by column.

export interface MerchantRow {
  readonly merchant_id: string
  readonly name: string
  readonly name_en: string
  readonly category: string
  readonly city: string
  readonly state: string
  readonly single_limit_minor: bigint | null
  readonly daily_limit_minor: bigint | null
  readonly monthly_limit_minor: bigint | null
  readonly created_at: Date
  readonly session_version: bigint
}

export interface TerminalRow {
  readonly terminal_id: string
  readonly merchant_id: string
  readonly state: string
  readonly profile: string
  readonly place: string
  readonly licence_serial: string | null
  readonly forbidden_kinds: readonly string[]
  readonly single_limit_minor: bigint | null
  readonly daily_limit_minor: bigint | null
  readonly monthly_limit_minor: bigint | null
  readonly master_key: string
  readonly pin_key: string | null
  readonly mac_key: string | null
  readonly track_key: string | null
  readonly keys_issued_at: Date | null
  readonly signed_on: boolean
  readonly batch_number: number
  readonly batch_settling: boolean
  readonly operator: string | null
  readonly last_seen_at: Date | null
  readonly processing_requirement: string
  readonly session_version: bigint
}

export interface PaymentRow {
  readonly shard: number
  readonly payment_id: string
  readonly terminal_id: string
  readonly merchant_id: string
  readonly batch_number: number
  readonly stan: number
  readonly kind: string
  readonly state: string
  readonly amount_minor: bigint
  readonly currency: string
  readonly pan_hash: Buffer
  readonly masked_pan: string
  readonly sealed_pan: Buffer
  readonly entry_mode: string
  readonly operator: string
  readonly rrn: string
  readonly approval_code: string | null
  readonly response_code: string
  readonly reason: string | null
  readonly issuer_id: string | null
  readonly original_payment_id: string | null
  readonly refunded_minor: bigint
  readonly business_date: string
  readonly received_at: Date
  readonly terminal_counted_minor: bigint | null
  readonly merchant_counted_minor: bigint | null
}

export interface LimitCounterRow {
  readonly subject: string
  readonly number: string
  readonly business_date: string
  readonly counted_minor: bigint
}

export interface ReversalRow {
  readonly terminal_id: string
  readonly batch_number: number
  readonly stan: number
  readonly reason: string
  readonly amount_minor: bigint
  readonly attempts: number
  readonly outcome: string
  readonly response_code: string
  readonly payment_id: string | null
  readonly reversal_payment_id: string | null
  readonly rrn: string
  readonly first_at: Date
  readonly last_at: Date
}

export interface BatchRow {
  readonly terminal_id: string
  readonly batch_number: number
  readonly merchant_id: string
  readonly state: string
  readonly balanced: boolean
  readonly host_debit_minor: bigint
  readonly host_debit_count: number
  readonly host_credit_minor: bigint
  readonly host_credit_count: number
  readonly terminal_debit_minor: bigint
  readonly terminal_debit_count: number
  readonly terminal_credit_minor: bigint
  readonly terminal_credit_count: number
  readonly uploaded_count: number
  readonly asked_at: Date
  readonly closed_at: Date | null
}

export interface BatchRecordRow {
  readonly terminal_id: string
  readonly batch_number: number
  readonly stan: number
  readonly pan_hash: Buffer
  readonly masked_pan: string
  readonly amount_minor: bigint
}

export interface SettlementCaseRow {
  readonly case_id: string
  readonly terminal_id: string
  readonly batch_number: number
  readonly stan: number | null
  readonly difference: string
  readonly terminal_minor: bigint | null
  readonly host_minor: bigint | null
  readonly state: string
  readonly opened_at: Date
}

export interface ProgrammeRow {
  readonly programme_id: string
  readonly name: string
  readonly bin: string
  readonly currency: string
  readonly kinds_allowed: readonly string[] | null
  readonly merchants_allowed: readonly string[] | null
  readonly categories_allowed: readonly string[] | null
  readonly single_limit_minor: bigint | null
  readonly daily_limit_minor: bigint | null
  readonly daily_count_max: number | null
  readonly monthly_limit_minor: bigint | null
  readonly pin_tries_max: number
  readonly completion_percent_max: number
  readonly hold_days: number
  readonly cvv_position: number | null
  readonly stripe_fallback_allowed: boolean
  readonly cvv_key: string
  readonly pin_key: string
  readonly created_at: Date
  readonly version: bigint
}

export interface AccountRow {
  readonly shard: number
  readonly account_id: string
  readonly programme_id: string
  readonly currency: string
  readonly status: string
  readonly posted_minor: bigint
  readonly held_minor: bigint
  readonly authorization_sequence: bigint
  readonly created_at: Date
}

export interface CardRow {
  readonly shard: number
  readonly pan_hash: Buffer
  readonly account_id: string
  readonly masked_pan: string
  readonly sealed_pan: Buffer
  readonly holder_name: string | null
  readonly expiry: string
  readonly service_code: string
  readonly chip: boolean
  readonly state: string
  readonly state_changed_at: Date
  readonly requires_pin: boolean
  readonly pin_offset: string | null
  readonly pin_tries: number
  readonly single_limit_minor: bigint | null
  readonly daily_limit_minor: bigint | null
  readonly daily_count_max: number | null
  readonly monthly_limit_minor: bigint | null
  readonly day: string | null
  readonly day_spent_minor: bigint
  readonly day_count: number
  readonly month_spent_minor: bigint
  readonly created_at: Date
}

export interface AuthorizationRow {
  readonly shard: number
  readonly payment_id: string
  readonly account_id: string
  readonly pan_hash: Buffer
  readonly kind: string
  readonly state: string
  readonly reason: string | null
  readonly amount_minor: bigint
  readonly currency: string
  readonly approval_code: string | null
  readonly original_payment_id: string | null
  readonly refunded_minor: bigint
  readonly completed_minor: bigint
  readonly hold_minor: bigint
  readonly hold_expires_at: Date | null
  readonly released_minor: bigint
  readonly business_date: string
  readonly requested_at: Date
  readonly merchant_id: string
  readonly terminal_id: string
  readonly batch_number: string
  readonly stan: string
  readonly rrn: string
  readonly entry_method: string
}

export interface IssuerCaseRow {
  readonly shard: number
  readonly case_id: string
  readonly account_id: string
  readonly payment_id: string
  readonly kind: string
  readonly amount_minor: bigint
  readonly currency: string
  readonly state: string
  readonly opened_at: Date
}

export interface LedgerAccountRow {
  readonly account_id: string
  readonly currency: string
  readonly normal_side: string
  readonly opened_at: Date
}

export interface TransferRow {
  readonly shard: number
  readonly transfer_id: string
  readonly payment_id: string
  readonly debit_account: string
  readonly credit_account: string
  readonly amount_minor: bigint
  readonly currency: string
  readonly kind: string
  readonly business_date: string
  readonly created_at: Date
}

export interface StopListRow {
  readonly pan_hash: Buffer
  readonly entry: string
  readonly reason: string
  readonly added_at: Date
}
