// Language and theme: remembered on this machine; the browser's own wish until somebody chooses.

import type { Language, LocalizedText } from '@shua/contract'
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { en, type TextKey } from '../words/en.ts'
import { zh } from '../words/zh.ts'

export type Theme = 'light' | 'dark' | 'system'

interface Preferences {
  readonly language: Language
  readonly theme: Theme
  readonly setLanguage: (language: Language) => void
  readonly setTheme: (theme: Theme) => void
}

const PreferencesContext = createContext<Preferences | undefined>(undefined)

const words: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { en, zh }

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage may be forbidden by the browser; then nothing is remembered and everything still works.
    return null
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // As above.
  }
}

function firstLanguage(): Language {
  const stored = remembered('shua.language')
  if (stored === 'zh' || stored === 'en') return stored
  return /^zh\b/i.test(navigator.language) ? 'zh' : 'en'
}

function firstTheme(): Theme {
  const stored = remembered('shua.theme')
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [language, setLanguageState] = useState(firstLanguage)
  const [theme, setThemeState] = useState(firstTheme)

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])

  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme])

  const setLanguage = useCallback((next: Language) => {
    remember('shua.language', next)
    setLanguageState(next)
  }, [])
  const setTheme = useCallback((next: Theme) => {
    remember('shua.theme', next)
    setThemeState(next)
  }, [])

  const value = useMemo(() => ({ language, theme, setLanguage, setTheme }), [language, theme, setLanguage, setTheme])
  return <PreferencesContext value={value}>{children}</PreferencesContext>
}

export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext)
  if (!preferences) throw new Error('usePreferences outside of PreferencesProvider')
  return preferences
}

export type TextOf = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

/** The words of the chosen language; `{name}` in a text is filled from `values`. */
export function useText(): TextOf {
  const { language } = usePreferences()
  return useCallback(
    (key, values = {}) =>
      words[language][key].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')),
    [language],
  )
}

/** A text that came from the server in both languages. */
export function useLocalized(): (text: LocalizedText | { en: string; zh?: string | undefined }) => string {
  const { language } = usePreferences()
  return useCallback((text) => text[language] ?? text.en, [language])
}
