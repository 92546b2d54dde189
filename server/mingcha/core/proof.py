"""The words and lists of a proof: what a zip about one inspection's evidence says, so that anybody can check it with the
tools of any computer, years later and without this program.
"""

from collections.abc import Iterable, Mapping

SUMS, PHOTO_SUMS, README = "SHA256SUMS", "PHOTOS.sha256", "README.txt"

GUIDE = """\
证据凭证 · 怎样核对
====================

这个压缩包证明一次检查的照片从拍摄到今天没有被替换。核对只需要任何一台电脑都有的工具。

1. 核对本包内的文件（Linux、macOS）：
       sha256sum -c SHA256SUMS              （macOS：shasum -a 256 -c SHA256SUMS）
2. 核对照片。把照片原件放进 photos 文件夹（本包可能已包含），文件名与清单一致：
       sha256sum -c PHOTOS.sha256
   Windows（PowerShell）：Get-FileHash photos\\文件名 -Algorithm SHA256，与 PHOTOS.sha256 中的一行比较。
3. 批准时封存的快照（有 snapshot.json 时）：
       sha256sum snapshot.json              结果应等于 manifest.json 里的 approval.snapshot
   快照的 photos 一栏写着批准时每张照片的哈希。
4. 拍摄时的登记：ops 文件夹里每个文件是手机登记一张照片的一步，内有拍摄当时的哈希（sha256）。
       sha256sum ops/*                      每个结果都应出现在 op-digests.json 里（有快照时）
       sha256sum op-digests.json            结果应等于 snapshot.json 里的 ops

照片文件与收到时一个字节不差，扩展名是 .bin；要看时复制一份并改名为 .jpg。
标为“已删除”的照片到了保存期限，字节已删，哈希、大小和时间还在。

Evidence proof: how to check it
===============================

This archive proves that the photos of one inspection were not exchanged between the moment they were taken and today.
Checking needs only tools that every computer has.

1. The files in this archive (Linux, macOS):
       sha256sum -c SHA256SUMS              (macOS: shasum -a 256 -c SHA256SUMS)
2. The photos. Put the originals into the folder photos (they may be in this archive), named as in the list:
       sha256sum -c PHOTOS.sha256
   Windows (PowerShell): Get-FileHash photos\\NAME -Algorithm SHA256, compared with its line in PHOTOS.sha256.
3. The snapshot that the approval froze (where there is snapshot.json):
       sha256sum snapshot.json              must equal approval.snapshot in manifest.json
   Its “photos” hold the hash of every photo at the approval.
4. What was written down when each photo was taken: each file in ops is the step by which a phone announced a photo,
   with its hash (sha256) at that moment.
       sha256sum ops/*                      each result must stand in op-digests.json (where there is a snapshot)
       sha256sum op-digests.json            must equal “ops” in snapshot.json

Photos are byte for byte as received, with the ending .bin; to look at one, copy it and rename it to .jpg.
A photo marked “erased” reached the end of its period: its bytes are deleted; hash, size and times remain.
"""


def sums(hashes: Mapping[str, str] | Iterable[tuple[str, str]]) -> bytes:
    """Lines of `sha256sum`, by name. Names are our own: no spaces, no line breaks."""
    pairs = hashes.items() if isinstance(hashes, Mapping) else hashes
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(pairs)).encode()


def photo_file(photo_id: str) -> str:
    return f"photos/{photo_id}.bin"
