// The frame of every page: name, navigation, connection, language and theme.

import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useLive, type LiveState } from '../data/live-connection.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Mark } from '../parts/mark.tsx'
import { Empty } from '../parts/page-state.tsx'
import { usePreferences, useText, type Theme } from '../preferences/preferences.tsx'

const places = [
  { to: '/', icon: 'home', text: 'nav.overview' },
  { to: '/terminal', icon: 'terminal', text: 'nav.terminal' },
  { to: '/live', icon: 'live', text: 'nav.live' },
  { to: '/xray', icon: 'xray', text: 'nav.xray' },
] as const

/** The browser's tab says where it is. */
function useDocumentTitle(): void {
  const t = useText()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const place = places.find(({ to }) => (to === '/' ? pathname === '/' : pathname.startsWith(to)))
  const title = place && place.to !== '/' ? `${t(place.text)} · Shua 刷` : 'Shua 刷'
  useEffect(() => {
    document.title = title
  }, [title])
}

export function Shell() {
  const t = useText()
  useDocumentTitle()
  const { state } = useLive()
  return (
    <div className="shell">
      <a className="button skip" href="#main">
        {t('nav.skip')}
      </a>
      <header className="shell-header">
        <div className="shell-bar">
          <Link to="/" className="brand">
            <Mark />
            <span>Shua</span>
          </Link>
          <Navigation />
          <div className="shell-tools">
            <LiveMark state={state} />
            <LanguageChoice />
            <ThemeButton />
          </div>
        </div>
        {state === 'lost' && (
          <p className="offline-bar" role="status">
            {t('state.stale')}
          </p>
        )}
      </header>
      <main id="main" className="page" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}

function Navigation() {
  const t = useText()
  return (
    <nav className="shell-nav" aria-label={t('nav.label')}>
      {places.map(({ to, icon, text }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
          <Icon name={icon} />
          {t(text)}
        </Link>
      ))}
    </nav>
  )
}

const liveTone: Readonly<Record<LiveState, string>> = { live: 'good', connecting: 'quiet', lost: 'wait' }

function LiveMark({ state }: { state: LiveState }) {
  const t = useText()
  return (
    <span className={`live-state tone-${liveTone[state]}`} title={t(`connection.${state}`)}>
      <span>{t(`connection.${state}`)}</span>
    </span>
  )
}

function LanguageChoice() {
  const t = useText()
  const { language, setLanguage } = usePreferences()
  return (
    <div className="choice" role="group" aria-label={t('preferences.language')}>
      <button type="button" lang="zh-CN" aria-pressed={language === 'zh'} onClick={() => setLanguage('zh')}>
        中文
      </button>
      <button type="button" lang="en" aria-pressed={language === 'en'} onClick={() => setLanguage('en')}>
        EN
      </button>
    </div>
  )
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const themeIcons: Readonly<Record<Theme, IconName>> = { system: 'screen', light: 'sun', dark: 'moon' }

function ThemeButton() {
  const t = useText()
  const { theme, setTheme } = usePreferences()
  const label = t('preferences.theme', { theme: t(`preferences.theme.${theme}`) })
  return (
    <button
      type="button"
      className="button is-small is-bare theme-button"
      aria-label={label}
      title={label}
      onClick={() => setTheme(nextTheme[theme])}
    >
      <Icon name={themeIcons[theme]} />
    </button>
  )
}

export function NoPage() {
  const t = useText()
  return (
    <Empty title={t('state.notFound.title')} text={t('state.noPage')}>
      <Link to="/" className="button">
        {t('nav.overview')}
      </Link>
    </Empty>
  )
}
