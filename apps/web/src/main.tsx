// Starts the web app: preferences, data, live events, pages.

import '@fontsource-variable/inter/wght.css'
import '@fontsource/ibm-plex-mono/latin-400.css'
import '@fontsource/ibm-plex-mono/latin-500.css'
import '@fontsource/ibm-plex-mono/latin-600.css'
import './look/tokens.css'
import './look/base.css'
import './look/shell.css'
import './look/parts.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { ApiFailure } from './data/api.ts'
import { LiveProvider } from './data/live-connection.tsx'
import { PreferencesProvider } from './preferences/preferences.tsx'
import { router } from './shell/router.tsx'

// zod would otherwise try to compile code at run time, which the content security policy forbids.
z.config({ jitless: true })

// A hundred unicode ranges: not needed for the first paint, and the glyphs themselves are fetched as they are used.
void import('./look/chinese-font.ts')

const attemptsMax = 2

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // Every answer is kept fresh by events; asking again on every focus would only repeat it.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retryDelay: 400,
      retry: (failures, error) => failures < attemptsMax && error instanceof ApiFailure && error.kind === 'failed',
    },
  },
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <PreferencesProvider>
      <QueryClientProvider client={client}>
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
      </QueryClientProvider>
    </PreferencesProvider>
  </StrictMode>,
)
