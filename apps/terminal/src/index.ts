export { runTerminalCommand, type TerminalCommandStreams } from './terminal-command.ts'
