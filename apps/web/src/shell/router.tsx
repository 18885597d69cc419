// The addresses of the web app. Each page is its own chunk, so the first load carries only what it shows.

import { paymentStatusSchema, terminalIdSchema } from '@shua/contract'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type SearchSchemaInput,
} from '@tanstack/react-router'
import { z } from 'zod'
import { Failed, Loading } from '../parts/page-state.tsx'
import { NoPage, Shell } from './shell.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NoPage })

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../overview/overview-page.tsx'), 'OverviewPage'),
})

/** What the address says is a wish: what cannot be read is left out. The router may have read digits as a number. */
const word = z.coerce.string()
const terminalSearch = z.object({ card: word.optional().catch(undefined) })

const terminalsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/terminal',
  validateSearch: (search: z.input<typeof terminalSearch> & SearchSchemaInput) => terminalSearch.parse(search),
  component: lazyRouteComponent(() => import('../terminal/terminal-page.tsx'), 'FirstTerminalPage'),
})

const terminalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/terminal/$terminalId',
  validateSearch: (search: z.input<typeof terminalSearch> & SearchSchemaInput) => terminalSearch.parse(search),
  component: lazyRouteComponent(() => import('../terminal/terminal-page.tsx'), 'TerminalPage'),
})

const liveSearch = z.object({
  status: paymentStatusSchema.optional().catch(undefined),
  terminalId: word.pipe(terminalIdSchema).optional().catch(undefined),
  q: word.optional().catch(undefined),
})

const liveRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/live',
  validateSearch: (search: z.input<typeof liveSearch> & SearchSchemaInput) => liveSearch.parse(search),
  component: lazyRouteComponent(() => import('../live/live-page.tsx'), 'LivePage'),
})

const xrayListRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/xray',
  component: lazyRouteComponent(() => import('../xray/xray-list-page.tsx'), 'XrayListPage'),
})

const xrayRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/xray/$paymentId',
  component: lazyRouteComponent(() => import('../xray/xray-page.tsx'), 'XrayPage'),
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([overviewRoute, terminalsRoute, terminalRoute, liveRoute, xrayListRoute, xrayRoute]),
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  defaultPendingComponent: () => <Loading lines={9} />,
  // A page that fails to load or to draw must not take the frame around it along.
  defaultErrorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
