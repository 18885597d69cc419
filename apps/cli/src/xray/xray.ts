// Prints the X-ray of a payment of a running server: hops with their times, the ladder, the ledger. Masked as the API masks it.

import { Fault } from '@shua/assert'
import { apiPath, xrayReportSchema, type XrayReport } from '@shua/contract'

/** Throws `XRAY_UNAVAILABLE` when the server cannot be reached or does not know the payment. */
export async function printXray(baseUrl: string, paymentId: string): Promise<string> {
  return formatXray(xrayReportSchema.parse(await fetchReport(baseUrl, paymentId)))
}

async function fetchReport(baseUrl: string, paymentId: string): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(new URL(apiPath.xray(paymentId), baseUrl))
  } catch (error) {
    throw new Fault(
      'XRAY_UNAVAILABLE',
      `no server answers at ${baseUrl}; start one with npm start, or name another with --url`,
      { cause: error },
    )
  }
  if (!response.ok) throw new Fault('XRAY_UNAVAILABLE', `the server has no payment ${paymentId}`)
  return response.json()
}

export function formatXray({ payment, hops, ladder, ledger }: XrayReport): string {
  const ms = (us: number): string => `${(us / 1000).toFixed(2).padStart(9)} ms`
  return [
    `${payment.kind} ${payment.status} (${payment.responseCode ?? 'no answer'})  ${payment.maskedPan}  RRN ${payment.rrn ?? '-'}  trace ${payment.stan}`,
    '',
    ...hops.map((hop) => {
      const detail = Object.entries(hop.detail ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')
      return `${ms(hop.atUs)}  ${hop.lane.padEnd(9)} ${hop.outcome === 'refused' ? '✗' : '·'} ${hop.kind} ${hop.name} ${detail}`.trimEnd()
    }),
    '',
    ...ladder.map((step) => `${step.outcome === 'failed' ? '✗' : step.outcome === 'passed' ? '✓' : ' '} ${step.name}`),
    '',
    ...ledger.map(
      (transfer) =>
        `${transfer.kind}: ${transfer.debitAccount} → ${transfer.creditAccount}  ${transfer.amountMinor} ${transfer.currency}`,
    ),
  ].join('\n')
}
