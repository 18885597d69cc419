// What a management flow answers: a refusal, or the fields its answer carries.

import type { DeclineReason } from '@shua/scheme'

export type ManagementOutcome =
  | { readonly refused: DeclineReason }
  | {
      readonly refused?: undefined
      /** The batch number of the answer; absent means the request's is echoed. */
      readonly batchNumber?: string
      /** DE 62 */
      readonly data?: Uint8Array
      /** DE 48 */
      readonly digits?: string
    }
