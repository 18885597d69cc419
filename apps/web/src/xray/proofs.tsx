// What was proved by cryptography – MAC, PIN, card – and under which keys, told by their check values.

import type { XrayReport } from '@shua/contract'
import { Icon } from '../parts/icon.tsx'
import { useText } from '../preferences/preferences.tsx'
import { useTraceName } from './trace-name.tsx'

const proofNames = new Set([
  'message authentication code',
  'answerMac',
  'PIN translation',
  'PIN',
  'card verification value',
  'card data',
])

export function Proofs({ report }: { report: XrayReport }) {
  const t = useText()
  const traceName = useTraceName()
  const proofs = report.hops.filter((event) => event.kind === 'check' && proofNames.has(event.name))
  return (
    <section className="panel sheet" aria-labelledby="proofs">
      <h2 id="proofs">{t('proofs.title')}</h2>
      {proofs.length === 0 && <p className="quiet">{t('proofs.none')}</p>}
      <ul className="proofs">
        {proofs.map((event, index) => (
          <li key={index}>
            <span className={`status tone-${{ ok: 'good', refused: 'bad', info: 'quiet' }[event.outcome]}`}>
              <Icon name={{ ok: 'approved', refused: 'declined', info: 'pending' }[event.outcome] as 'approved'} />
              {traceName(event.name)}
            </span>
            <span className="quiet">{t(`proof.${event.outcome}`)}</span>
          </li>
        ))}
      </ul>
      {report.keys.length > 0 && (
        <table className="keys">
          <caption>{t('proofs.keys')}</caption>
          <tbody>
            {report.keys.map(({ name, kcv }) => (
              <tr key={name}>
                <th scope="row">{traceName(name)}</th>
                <td className="mono">{kcv}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
