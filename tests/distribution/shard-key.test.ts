import { beforeAll, describe, expect, it } from 'vitest'
import { loadParser, readShardKey } from './shard-key.ts'

const distributed = new Set(['bank.account', 'bank.card', 'bank.transfer'])
const looseIn = (text: string): string[] => readShardKey(text, distributed).loose.map(({ alias }) => alias)

beforeAll(async () => {
  await loadParser()
})

describe('a statement says its shard', () => {
  it.each([
    ['by a parameter', 'select 1 from bank.account where shard = $1 and id = $2'],
    ['by a cast parameter the other way round', 'select 1 from bank.account a where $1::smallint = a.shard'],
    ['by a list of them', 'select 1 from bank.account where shard = any($1::smallint[])'],
    [
      'by a join with rows of parameters',
      'select 1 from unnest($1::int2[], $2::uuid[]) with ordinality as w(shard, id) join bank.account a on a.shard = w.shard and a.id = w.id for update of a',
    ],
    [
      'by a chain of joins',
      'select 1 from unnest($1::int2[]) as w(shard) join bank.card on card.shard = w.shard join bank.account using (shard) join bank.programme on true',
    ],
    [
      'by a lateral part',
      'select 1 from unnest($1::int2[]) as w(shard) cross join lateral (select 1 from bank.account a where a.shard = w.shard limit 1) as found',
    ],
    [
      'by a condition inside',
      'select 1 from bank.account a where a.shard = $1 and exists (select from bank.card c where c.shard = a.shard)',
    ],
    ['when inserted from values', 'insert into bank.account (id, shard) values ($1, $2)'],
    [
      'when inserted from rows of parameters',
      'insert into bank.account (shard, id) select * from unnest($1::int2[], $2::uuid[])',
    ],
    [
      'when inserted from named columns',
      'insert into bank.account (id, shard) select id, shard from unnest($1::uuid[], $2::int2[]) as i(id, shard) on conflict (shard, id) do nothing returning shard',
    ],
    [
      'through what another part wrote',
      `with written as (insert into bank.account (shard, id) select shard, id from unnest($1::int2[], $2::uuid[]) as i(shard, id) returning shard, id),
        rows as materialized (select input.* from unnest($3::int2[], $4::uuid[]) as input(shard, id) join written on written.shard = input.shard),
        changed as (update bank.card set n = 1 from rows as r where card.shard = r.shard and card.id = r.id)
       insert into bank.transfer (id, shard) select id, written.shard from written`,
    ],
    [
      'in both halves of a recursion',
      `with recursive chain as (
         select 0 as depth, f.* from unnest($1::int2[]) as w(shard) join bank.card f on f.shard = w.shard
         union all
         select depth + 1, f.* from chain join bank.card f on f.shard = chain.shard
       ) select * from chain`,
    ],
    ['because it touches no distributed table', 'select 1 from bank.programme where id = $1'],
    ['because it touches no table', 'begin isolation level serializable'],
  ])('%s', (_, text) => {
    expect(looseIn(text)).toEqual([])
  })
})

describe('a statement does not say its shard', () => {
  it.each([
    ['without a condition', 'select 1 from bank.account', ['account']],
    ['by another column', 'select 1 from bank.account a where a.id = $1', ['a']],
    ['in one of two cases', 'select 1 from bank.account a where a.shard = $1 or a.id = $2', ['a']],
    ['by excluding one', 'select 1 from bank.account a where a.shard <> $1', ['a']],
    [
      'by a join over another column',
      'select 1 from bank.account a join bank.card c on c.id = a.id where a.shard = $1',
      ['c'],
    ],
    [
      'by a join over rows without it',
      'select 1 from unnest($1::uuid[]) as w(id) join bank.account a on a.id = w.id',
      ['a'],
    ],
    ['in a part of it', 'with x as (select id from bank.card) select 1 from bank.account where shard = $1', ['card']],
    [
      'in a condition inside',
      'select 1 from bank.account a where a.shard = $1 and exists (select from bank.card c where c.id = a.id)',
      ['c'],
    ],
    [
      'in the second half of a recursion',
      `with recursive chain as (
         select f.* from bank.card f where f.shard = $1 union all select f.* from chain join bank.card f on f.id = chain.id
       ) select * from chain`,
      ['f'],
    ],
    [
      'in a union',
      'select 1 from bank.card where shard = $1 union all select 1 from bank.account where id = $2',
      ['account'],
    ],
    [
      'by a series of all of them',
      'select 1 from generate_series(0, 63) as w(shard) join bank.card c on c.shard = w.shard',
      ['c'],
    ],
    ['when it updates', 'update bank.account set n = 1 where id = $1', ['account']],
    ['when it deletes', 'delete from bank.account a using unnest($1::uuid[]) as w(id) where a.id = w.id', ['a']],
    ['when it inserts from a computed one', 'insert into bank.account (shard, id) select random(), $1', ['account']],
    ['when it inserts without one', 'insert into bank.account (id) values ($1)', ['account']],
  ])('%s', (_, text, loose) => {
    expect(looseIn(text)).toEqual(loose)
  })
})

describe('the parameters with the shards', () => {
  it.each([
    ['select 1 from bank.account where id = $1 and shard = any($2)', [2]],
    ['insert into bank.account (id, shard) values ($1, $2), ($3, $4)', [2, 4]],
    [
      'with w as (select * from unnest($3::int2[], $1::uuid[]) as i(shard, id)) update bank.card c set n = $2 from w where w.shard = c.shard',
      [3],
    ],
    ['select 1 from bank.programme where shard = $1', []],
  ])('%s', (text, numbers) => {
    expect(readShardKey(text, distributed).shardParameters.toSorted((a, b) => a - b)).toEqual(numbers)
  })
})
