// A payment's state as colour, icon and word together; never colour alone.

import type { PaymentStatus } from '@shua/contract'
import { useText } from '../preferences/preferences.tsx'
import { Icon, type IconName } from './icon.tsx'

type Tone = 'good' | 'bad' | 'wait' | 'quiet'

const looks: Readonly<Record<PaymentStatus, { tone: Tone; icon: IconName }>> = {
  approved: { tone: 'good', icon: 'approved' },
  completed: { tone: 'good', icon: 'completed' },
  declined: { tone: 'bad', icon: 'declined' },
  pending: { tone: 'wait', icon: 'pending' },
  unknown: { tone: 'wait', icon: 'unknown' },
  reversed: { tone: 'quiet', icon: 'undone' },
  voided: { tone: 'quiet', icon: 'undone' },
  refunded: { tone: 'quiet', icon: 'undone' },
  partlyRefunded: { tone: 'quiet', icon: 'undone' },
}

export function statusTone(status: PaymentStatus): Tone {
  return looks[status].tone
}

export function StatusMark({ status }: { status: PaymentStatus }) {
  const t = useText()
  const { tone, icon } = looks[status]
  return (
    <span className={`status tone-${tone}`}>
      <Icon name={icon} />
      {t(`status.${status}`)}
    </span>
  )
}
