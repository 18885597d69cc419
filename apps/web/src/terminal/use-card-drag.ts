// Dragging a card with mouse, pen or finger. Pointer events, because the browser's own drag and drop knows no fingers. A drag
// that ends over the device is a swipe; anything else puts the card back.

import { useCallback, useRef, useState, type PointerEvent, type RefObject } from 'react'

export interface CardDrag {
  readonly cardId: string
  readonly x: number
  readonly y: number
  readonly overDevice: boolean
}

/** A press that moves less is a click. */
const clickRadiusPx = 6

interface DragOptions {
  readonly deviceRef: RefObject<HTMLElement | null>
  readonly onDrop: (cardId: string) => void
}

export interface DragHandlers {
  onPointerDown: (event: PointerEvent<HTMLElement>) => void
  onPointerMove: (event: PointerEvent<HTMLElement>) => void
  onPointerUp: (event: PointerEvent<HTMLElement>) => void
  onPointerCancel: () => void
}

export function useCardDrag({ deviceRef, onDrop }: DragOptions) {
  const [drag, setDrag] = useState<CardDrag>()
  const start = useRef<{ x: number; y: number }>(undefined)

  const isOverDevice = useCallback(
    (x: number, y: number) => {
      const box = deviceRef.current?.getBoundingClientRect()
      return box !== undefined && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom
    },
    [deviceRef],
  )

  const handlersFor = useCallback(
    (cardId: string): DragHandlers => ({
      onPointerDown(event) {
        if (event.button !== 0) return
        start.current = { x: event.clientX, y: event.clientY }
        event.currentTarget.setPointerCapture(event.pointerId)
      },
      onPointerMove({ clientX, clientY }) {
        if (!start.current) return
        const x = clientX - start.current.x
        const y = clientY - start.current.y
        setDrag((before) =>
          before || Math.hypot(x, y) > clickRadiusPx
            ? { cardId, x, y, overDevice: isOverDevice(clientX, clientY) }
            : before,
        )
      },
      onPointerUp({ clientX, clientY }) {
        const dropped = start.current !== undefined && isOverDevice(clientX, clientY)
        start.current = undefined
        setDrag(undefined)
        if (dropped) onDrop(cardId)
      },
      onPointerCancel() {
        start.current = undefined
        setDrag(undefined)
      },
    }),
    [isOverDevice, onDrop],
  )

  return { drag, handlersFor }
}
