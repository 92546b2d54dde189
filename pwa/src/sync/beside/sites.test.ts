import { beforeEach, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, type Phone } from '../../../testing/cast'
import { findSites, keptSites, placeOf, type KeptSite } from '../../store/sites'
import { refreshSites } from './sites'

const REGIONS = { '990123': { zh: '明溪县', en: 'Mingxi' }, '990123101': { zh: '石桥镇', en: 'Shiqiao' }, '990123101002': { zh: '桥头村', en: 'Qiaotou' } }
const site = (id: string, region: string, zh: string, more: Partial<KeptSite> = {}): KeptSite =>
  ({ id, region, name: { zh, en: zh }, address: '', lat: null, lon: null, code: id, windows: null, person: '', hours: '', active: true, ...more })
const SHIQIAO = site('SQ-1', '990123101', '石桥镇便民服务中心', { person: '李', address: '桥东路18号' })
const QIAOTOU = site('QT-1', '990123101002', '便民服务点')
const BAISHA = site('BS-1', '990123102', '白沙镇便民服务中心')

let lin: Phone
beforeEach(async () => {
  await cleanPhone()
  lin = await aPhone(aServer(), LIN)
})

const says = (sites: unknown) => ({ asked: 0, async ask() { this.asked++; return sites } })

test('sites are kept with their regions and their age, and what the server has no more goes', async () => {
  await refreshSites(lin.db, says({ sites: [BAISHA, SHIQIAO], regions: REGIONS }))
  const kept = await keptSites(lin.db)
  expect(kept.sites).toEqual([SHIQIAO, BAISHA])
  expect(kept.regions).toEqual(REGIONS)
  expect(Date.now() - kept.at!).toBeLessThan(60_000)
  await refreshSites(lin.db, says({ sites: [BAISHA], regions: REGIONS }), 0)
  expect((await keptSites(lin.db)).sites).toEqual([BAISHA])
})

test('they are asked for again only when they are old', async () => {
  const server = says({ sites: [SHIQIAO], regions: REGIONS })
  await refreshSites(lin.db, server)
  await refreshSites(lin.db, server)
  expect(server.asked).toBe(1)
})

test.each([[undefined], [{ sites: 'no' }], [{ sites: [] }]])('an answer that is none (%j) leaves what is kept', async (answer) => {
  await refreshSites(lin.db, says({ sites: [SHIQIAO], regions: REGIONS }))
  await expect(refreshSites(lin.db, says(answer), 0)).rejects.toThrow()
  expect((await keptSites(lin.db)).sites).toEqual([SHIQIAO])
})

test.each([['石桥', ['SQ-1', 'QT-1']], ['sq-1', ['SQ-1']], ['桥头', ['QT-1']], ['李 桥东路', ['SQ-1']], ['无此', []], [' ', ['SQ-1', 'QT-1', 'BS-1']]])(
  'the words %s find %j', (words, found) => {
    expect(findSites({ sites: [SHIQIAO, QIAOTOU, BAISHA], regions: REGIONS }, words).map((one) => one.id)).toEqual(found)
  })

test('a village names its town; a region that nobody named is nothing', () => {
  expect(placeOf('990123101002', REGIONS)).toEqual({ zh: '石桥镇桥头村', en: 'Qiaotou, Shiqiao' })
  expect(placeOf('990123102', REGIONS)).toBeNull()
})
