// The name of a step in the language of the page.

import { useCallback } from 'react'
import { useLocalized } from '../preferences/preferences.tsx'
import { plainName } from '../words/format.ts'
import { traceWords } from '../words/trace-words.ts'

export function useTraceName(): (name: string) => string {
  const localized = useLocalized()
  return useCallback(
    (name) => {
      const words = traceWords(name)
      return words ? localized(words) : plainName(name)
    },
    [localized],
  )
}
