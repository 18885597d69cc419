// The last guard of every report: whatever a host wrote into a field nobody expected it in, no number of a test card, no track and no key
// of the profile leaves the kit. Messages are masked by `describe` before; this looks at the finished text.

import type { CertificationProfile } from '../profile/certification-profile.ts'

export function redact(text: string, profile: CertificationProfile): string {
  // Control characters of a host could rewrite a console or break a table.
  let safe = text.replaceAll(/[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd]/gu, ' ')
  for (const { secret, shown } of secretsOf(profile)) safe = safe.replaceAll(secret, shown)
  return safe
}

function secretsOf(profile: CertificationProfile): { secret: string; shown: string }[] {
  const secrets: { secret: string; shown: string }[] = []
  for (const card of profile.cards) {
    const pan = card.pan.reveal()
    const track = card.track2?.reveal()
    // The longer one first, and each also as the hex of its ASCII form.
    for (const value of track === undefined ? [pan] : [track, track.replace('D', '='), pan]) {
      const shown = card.pan.toString()
      secrets.push({ secret: value, shown }, { secret: hexOf(value), shown: '*'.repeat(value.length * 2) })
    }
  }
  for (const part of profile.masterKey ?? []) {
    const hex = part.reveal().toString('hex')
    secrets.push({ secret: hex, shown: '[key]' }, { secret: hex.toUpperCase(), shown: '[key]' })
  }
  return secrets
}

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex').toUpperCase()
}
