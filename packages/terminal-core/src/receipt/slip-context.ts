// What every slip of one terminal has in common.

export interface SlipContext {
  readonly merchantName: string
  readonly merchantId: string
  readonly terminalId: string
  /** Prints the test banner: the network is a demonstration or a training one. */
  readonly testMode: boolean
}

export interface SlipContent {
  readonly title: string
  readonly markup: string
}
