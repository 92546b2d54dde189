import { expect, test, vi } from 'vitest'
import { burned, type Said } from './burned'

const SAID: Said = {
  at: Date.UTC(2026, 10, 22, 1, 5), imported: false, site: '石桥镇便民服务中心', by: '林',
  position: { lat: '30.12345', lon: '120.54321', accuracy_m: 12 }, photo: '6f1f3c1e-0000-4000-8000-00000abcdef1',
}

test('a photo says when, where, at which site, by whose hand, and how it is found again', () => {
  vi.stubEnv('TZ', 'Asia/Shanghai')
  expect(burned(SAID)).toEqual(['09:05  2026-11-22', '石桥镇便民服务中心', '位置 30.12345, 120.54321（±12 米）', '检查员 林 · 照片号 ABCDEF1'])
  vi.unstubAllEnvs()
})

test('an imported one says so, with the time of its file, and no place is claimed where none was taken', () => {
  vi.stubEnv('TZ', 'Asia/Shanghai')
  expect(burned({ ...SAID, at: Date.UTC(2025, 4, 1, 0, 0), imported: true, position: null })).toEqual(['导入 · 08:00  2025-05-01', '石桥镇便民服务中心', '检查员 林 · 照片号 ABCDEF1'])
  vi.unstubAllEnvs()
})
