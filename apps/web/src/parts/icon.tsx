// The product's own line icons on a 24 grid.

const shapes = {
  approved: 'M5 12.5l4.5 4.5L19 7.5',
  declined: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  unknown: 'M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1.1-1.4 2.1M12 17.6v.1',
  pending: 'M12 4a8 8 0 1 0 8 8 8 8 0 0 0-8-8zM12 8v4l2.8 2',
  undone: 'M4.5 9.5h10a5 5 0 0 1 0 10H8M4.5 9.5L9 5M4.5 9.5L9 14',
  completed: 'M3 12.5l4 4L14.5 9M11.5 15l1.5 1.5L20.5 9',
  home: 'M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z',
  terminal:
    'M7 3h10a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 17 21H7a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 7 3zM8.5 6h7v4h-7zM9 13.5h.1M12 13.5h.1M15 13.5h.1M9 17h.1M12 17h.1M15 17h.1',
  live: 'M3 12h4l2.5-7 5 14L17 12h4',
  xray: 'M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16M9 8.5v7M15 8.5v7',
  card: 'M3.5 6h17A1.5 1.5 0 0 1 22 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-17A1.5 1.5 0 0 1 2 16.5v-9A1.5 1.5 0 0 1 3.5 6zM2 10h20M5.5 14.5h5',
  search: 'M10.5 4a6.5 6.5 0 1 0 6.5 6.5A6.5 6.5 0 0 0 10.5 4zM15.5 15.5L20 20',
  copy: 'M9 8h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1zM5 16a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1',
  download: 'M12 4v11M7.5 11L12 15.5 16.5 11M5 20h14',
  tear: 'M5 4h14v9l-2.3 2-2.4-2-2.3 2-2.3-2-2.4 2L5 13zM8.5 7.5h7M8.5 10h4M6 20h12',
  sun: 'M12 8a4 4 0 1 0 4 4 4 4 0 0 0-4-4zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z',
  screen: 'M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM9 20h6M12 16v4',
  warning: 'M12 4l9 16H3zM12 10v4.5M12 17.3v.1',
  lock: 'M6.5 11h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  key: 'M8 11a4.5 4.5 0 1 0 4.3 5.8L20 9M17 6l3 3M14.5 8.5L17 11M8 15.5v.1',
  cloudOff: 'M4 4l16 16M8 8a5.5 5.5 0 0 0-1 10h9.5M11 6.2A5.5 5.5 0 0 1 17.5 11 3.6 3.6 0 0 1 20 16.5',
  empty: 'M4 14l2.5-8.5h11L20 14v4.5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM4 14h5a3 3 0 0 0 6 0h5',
  right: 'M5 12h14M13 6l6 6-6 6',
  open: 'M9 6l6 6-6 6',
  back: 'M15 5l-7 7 7 7',
  ring: 'M12 4.5a7.5 7.5 0 1 0 7.5 7.5A7.5 7.5 0 0 0 12 4.5z',
  arrowUp: 'M12 19V5M6 11l6-6 6 6',
  arrowDown: 'M12 5v14M6 13l6 6 6-6',
  wave: 'M7 9.5a4.5 4.5 0 0 1 0 5M10.5 7a8 8 0 0 1 0 10M14 4.5a11.5 11.5 0 0 1 0 15',
  person: 'M12 4a4 4 0 1 0 4 4 4 4 0 0 0-4-4zM4.5 20.5a7.5 7.5 0 0 1 15 0',
  keyboard: 'M3 6.5h18v11H3zM6.5 10h.1M10 10h.1M13.5 10h.1M17 10h.1M8 14h8',
  scale: 'M12 4v16M7 20h10M5 7h14M5 7l-2.5 6a2.6 2.6 0 0 0 5 0zM19 7l-2.5 6a2.6 2.6 0 0 0 5 0z',
} as const

export type IconName = keyof typeof shapes

/** Decoration beside a word; a button that has only an icon brings its own label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}
