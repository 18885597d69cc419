// Any other card: its track 2 typed by hand, as the stripe would read it.

import { useEffect, useRef, useState } from 'react'
import { useText } from '../preferences/preferences.tsx'

const trackPattern = /^\d{12,19}[=Dd]\d{7,24}$/

interface TrackDialogProps {
  readonly onSwipe: (track2: string) => void
  readonly onClose: () => void
}

export function TrackDialog({ onSwipe, onClose }: TrackDialogProps) {
  const t = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const [track, setTrack] = useState('')
  const valid = trackPattern.test(track.trim()) && track.trim().length <= 37
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="dialog sheet" aria-labelledby="track-title" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={() => {
          if (valid) onSwipe(track.trim().toUpperCase())
        }}
      >
        <h2 id="track-title">{t('track.title')}</h2>
        <p className="quiet">{t('track.text')}</p>
        <label>
          <span>{t('track.label')}</span>
          <input
            className="field mono"
            value={track}
            inputMode="text"
            autoComplete="off"
            spellCheck={false}
            maxLength={37}
            placeholder="6225880000000001=30122011234567890123"
            aria-invalid={track !== '' && !valid}
            onChange={(event) => setTrack(event.target.value)}
          />
        </label>
        <p className="dialog-note quiet">{track !== '' && !valid ? t('track.wrong') : t('track.form')}</p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t('action.cancel')}
          </button>
          <button type="submit" className="button is-primary" disabled={!valid}>
            {t('rack.swipe')}
          </button>
        </div>
      </form>
    </dialog>
  )
}
