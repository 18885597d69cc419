// Noto Sans SC in about a hundred parts; a browser fetches only the parts whose characters a page shows.
import '@fontsource-variable/noto-sans-sc/wght.css'
