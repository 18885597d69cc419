export { eventually, type EventuallyOptions } from './eventually.ts'
export { seededRandom, type SeededRandom } from './seeded-random.ts'
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts'
export { VirtualClock } from './virtual-clock.ts'
