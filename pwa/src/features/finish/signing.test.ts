import { expect, test } from 'vitest'
import { stillToSign } from './signing'

const team = [{ id: 'a', name: '王伟' }, { id: 'b', name: '林' }, { id: 'c', name: '王伟' }]

test('one signature of two inspectors with one name leaves the other to sign', () => {
  expect(stillToSign(team, ['王伟']).map(({ id }) => id)).toEqual(['b', 'c'])
  expect(stillToSign(team, ['王伟', '林', '王伟'])).toEqual([])
})
