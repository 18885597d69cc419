// The small drawings of the three steps.

export function SwipePicture() {
  return (
    <svg className="step-picture" viewBox="0 0 320 96" aria-hidden="true">
      <rect className="pic-device" x="118" y="8" width="84" height="100" rx="10" />
      <rect className="pic-screen" x="130" y="20" width="60" height="26" rx="4" />
      <path className="pic-text" d="M138 30h20M138 37h34" />
      {[0, 1, 2].map((row) =>
        [0, 1, 2].map((column) => (
          <rect
            key={`${row}${column}`}
            className="pic-key"
            x={131 + column * 20}
            y={54 + row * 14}
            width="17"
            height="10"
            rx="3"
          />
        )),
      )}
      <path className="pic-slot" d="M206 14v74" />
      <g className="pic-card">
        <rect x="196" y="22" width="84" height="53" rx="6" />
        <path d="M196 34h84" />
      </g>
      <path className="pic-arrow" d="M298 24v44M291 61l7 7 7-7" />
    </svg>
  )
}

export function RowsPicture() {
  return (
    <svg className="step-picture" viewBox="0 0 320 96" aria-hidden="true">
      <rect className="pic-new" x="36" y="10" width="248" height="22" rx="5" />
      {[0, 1, 2, 3].map((row) => (
        <g key={row} className={row === 0 ? 'pic-row is-new' : 'pic-row'}>
          <path d={`M48 ${21 + row * 22}h34M112 ${21 + row * 22}h52M196 ${21 + row * 22}h30`} />
          <circle cx="262" cy={21 + row * 22} r="5" />
        </g>
      ))}
    </svg>
  )
}

export function LanesPicture() {
  const lanes = ['terminal', 'acquirer', 'switch', 'issuer', 'ledger']
  return (
    <svg className="step-picture" viewBox="0 0 320 96" aria-hidden="true">
      {lanes.map((lane, index) => (
        <g key={lane} className={`pic-lane pic-lane-${lane}`}>
          <circle cx={48 + index * 56} cy="12" r="5" />
          <path d={`M${48 + index * 56} 20v76`} />
          {index < lanes.length - 1 && (
            <path className="pic-hop" d={`M${52 + index * 56} ${30 + index * 9}h46m-6 -4l6 4l-6 4`} />
          )}
        </g>
      ))}
      <path className="pic-back" d="M268 76H54m6 -4l-6 4l6 4" />
    </svg>
  )
}
