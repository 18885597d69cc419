export { type CardDataFind, findCardData, type FindOptions } from './find-card-data.ts'
export { createLogger, type Logger, type LoggerOptions, type LogLevel } from './logger.ts'
export { maskText } from './mask-text.ts'
export { Trace, type TraceEvent, type TraceLane } from './trace.ts'
