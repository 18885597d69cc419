import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  // `npx vite` while working on the web: pages from here, answers from a running server. The guard wants one host for both.
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', changeOrigin: false } } },
  build: {
    // light-dark() and nesting as written; nothing older is worth a second style sheet.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // No data: addresses, so that the content security policy can stay `font-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
  },
})
